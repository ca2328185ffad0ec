package policy

import (
	"context"
	"io"
	"net"
	"os"

	"redoubt.dev/cluster/harness/layout"
)

func Enforce(ctx context.Context, node layout.Node) error {
	os.Remove(node.PolicySocket())
	listener, err := net.Listen("unix", node.PolicySocket())
	if err != nil {
		return err
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			io.Copy(io.Discard, conn)
			conn.Write([]byte("ok\n"))
		}()
	}
}
