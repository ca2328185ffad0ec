// Command redoubt-policy-cni is the last CNI plug-in of every pod. It tells
// the node's network policy process which address the pod just got and waits
// until the pod's policies are in force, so that no packet of a new pod ever
// meets a network that does not know it yet.
//
// It changes nothing itself and hands on the result of the plug-in before it.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// patience bounds how long a pod's start may wait; the kubelet tries again.
const patience = 5 * time.Second

type configuration struct {
	CNIVersion string          `json:"cniVersion"`
	Socket     string          `json:"socket"`
	PrevResult json.RawMessage `json:"prevResult"`
}

// notice is what the network policy process is told; it has the same type.
type notice struct {
	Command   string `json:"command"`
	Namespace string `json:"namespace"`
	Pod       string `json:"pod"`
	Sandbox   string `json:"sandbox"`
	IP        string `json:"ip,omitempty"`
}

func main() {
	if err := run(os.Getenv("CNI_COMMAND")); err != nil {
		json.NewEncoder(os.Stdout).Encode(map[string]any{"cniVersion": "1.0.0", "code": 100, "msg": err.Error()})
		os.Exit(1)
	}
}

func run(command string) error {
	if command == "VERSION" {
		fmt.Println(`{"cniVersion":"1.0.0","supportedVersions":["0.4.0","1.0.0"]}`)
		return nil
	}
	var config configuration
	if err := json.NewDecoder(os.Stdin).Decode(&config); err != nil {
		return err
	}
	arguments := podArguments(os.Getenv("CNI_ARGS"))
	message := notice{
		Command:   command,
		Namespace: arguments["K8S_POD_NAMESPACE"],
		Pod:       arguments["K8S_POD_NAME"],
		Sandbox:   os.Getenv("CNI_CONTAINERID"),
	}
	switch command {
	case "ADD":
		ip, err := assigned(config.PrevResult)
		if err != nil {
			return err
		}
		message.IP = ip
		if err := tell(config.Socket, message); err != nil {
			return err
		}
		_, err = os.Stdout.Write(config.PrevResult)
		return err
	case "DEL":
		tell(config.Socket, message) // A pod must be able to go even if nobody listens.
		return nil
	default: // CHECK, GC, STATUS
		return nil
	}
}

func tell(socket string, message notice) error {
	conn, err := net.DialTimeout("unix", socket, patience)
	if err != nil {
		return fmt.Errorf("the network policy process does not answer (see `redoubt-cluster status`): %w", err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if err := json.NewEncoder(conn).Encode(message); err != nil {
		return err
	}
	conn.(*net.UnixConn).CloseWrite()
	answer, err := io.ReadAll(conn)
	if err != nil {
		return fmt.Errorf("the network policies of the new pod did not come into force within %v: %w", patience, err)
	}
	if string(answer) != "ok\n" {
		return fmt.Errorf("network policies of the new pod: %q", answer)
	}
	return nil
}

func assigned(result json.RawMessage) (string, error) {
	var previous struct {
		IPs []struct {
			Address string `json:"address"`
		} `json:"ips"`
	}
	if err := json.Unmarshal(result, &previous); err != nil {
		return "", err
	}
	for _, ip := range previous.IPs {
		if address, _, err := net.ParseCIDR(ip.Address); err == nil && address.To4() != nil {
			return address.String(), nil
		}
	}
	return "", errors.New("the plug-in before this one gave the pod no IPv4 address")
}

func podArguments(list string) map[string]string {
	arguments := map[string]string{}
	for _, pair := range strings.Split(list, ";") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			arguments[name] = value
		}
	}
	return arguments
}
