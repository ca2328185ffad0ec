package policy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"
)

// message is what the CNI plug-in redoubt-policy-cni says.
type message struct {
	Command   string `json:"command"` // ADD or DEL
	Namespace string `json:"namespace"`
	Pod       string `json:"pod"`
	Sandbox   string `json:"sandbox"`
	IP        string `json:"ip"`
}

// podPatience bounds the wait for a pod that CNI knows and our watch not yet.
const podPatience = 2 * time.Second

// serve answers the CNI plug-in: "ok" once the new pod's rules are loaded.
func (e *enforcer) serve(ctx context.Context, socket string) error {
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	go func() {
		<-ctx.Done()
		listener.Close()
	}()
	for {
		conn, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(5 * time.Second))
			if err := e.answer(ctx, conn); err != nil {
				fmt.Fprintln(conn, err)
				return
			}
			fmt.Fprintln(conn, "ok")
		}()
	}
}

func (e *enforcer) answer(ctx context.Context, conn net.Conn) error {
	var received message
	err := json.NewDecoder(conn).Decode(&received)
	if errors.Is(err, context.Canceled) || err != nil {
		return err
	}
	pod := received.Namespace + "/" + received.Pod
	if received.Command == "DEL" {
		e.addresses.remove(pod, received.Sandbox)
		e.notice()
		return nil
	}
	e.addresses.add(pod, received.Sandbox, received.IP)
	// Which policies select the pod depends on its labels.
	for deadline := time.Now().Add(podPatience); ; time.Sleep(5 * time.Millisecond) {
		if _, err := e.pods.Pods(received.Namespace).Get(received.Pod); err == nil {
			break
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("pod %s has an address, but the API does not know the pod", pod)
		}
	}
	answer := make(chan error, 1)
	select {
	case e.urgent <- answer:
		return <-answer
	case <-ctx.Done():
		return ctx.Err()
	}
}
