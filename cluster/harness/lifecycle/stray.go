package lifecycle

import (
	"crypto/sha256"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/process"
)

// This file is about files in directories whose names are compiled into
// containerd, the kubelet and CNI. Others may use the same directories, so
// each file is removed only when it is known to be ours, and a directory only
// when it is empty.

const (
	logLinkDir      = "/var/log/containers"             // kubelet: links to the containers' logs
	devicePluginDir = "/var/lib/kubelet/device-plugins" // kubelet: its socket for device plug-ins
	cniResultDir    = "/var/lib/cni/results"            // CNI: what each plug-in chain answered
)

func removeStrayFiles() {
	removeKnownShimSockets()
	links, _ := filepath.Glob(logLinkDir + "/*")
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, layout.DataDir+"/") {
			os.Remove(link)
		}
	}
	results, _ := filepath.Glob(cniResultDir + "/*")
	for _, result := range results {
		// The loopback's results have a name that all share, but every
		// result names the pod's network namespace, which lies below RunDir.
		content, err := os.ReadFile(result)
		if err == nil && strings.Contains(string(content), layout.RunDir+"/") {
			os.Remove(result)
		}
	}
	removeDeadSocket(filepath.Join(devicePluginDir, "kubelet.sock"))
	for _, dir := range []string{shimSocketDir, logLinkDir, devicePluginDir, cniResultDir} {
		os.Remove(dir)
		if parent := filepath.Dir(dir); parent != "/var/log" {
			os.Remove(parent)
		}
	}
}

// removeDeadSocket leaves a socket alone that another kubelet listens on.
func removeDeadSocket(socket string) {
	if conn, err := net.DialTimeout("unix", socket, time.Second); err == nil {
		conn.Close()
		return
	}
	os.Remove(socket)
}

// shimSocketDir is compiled into containerd 1.6's shims. The name of a
// socket there is a hash of the containerd address and the container's id.
const shimSocketDir = "/run/containerd/s"

func removeShimSockets(shims []process.Identity) {
	for _, shim := range shims {
		arguments := process.Arguments(shim.PID)
		for i := 0; i+1 < len(arguments); i++ {
			if arguments[i] == "-id" {
				removeShimSocket(arguments, arguments[i+1])
			}
		}
	}
}

func removeShimSocket(arguments []string, id string) {
	for _, argument := range arguments {
		if strings.HasPrefix(argument, layout.RunDir+"/") && strings.HasSuffix(argument, "containerd.sock") {
			sum := sha256.Sum256([]byte(strings.Join([]string{argument, "k8s.io", id}, "/")))
			os.Remove(filepath.Join(shimSocketDir, fmt.Sprintf("%x", sum)))
		}
	}
}

// removeKnownShimSockets removes the sockets of the containers that the
// node's containerd still has on file, whose shims may be gone.
func removeKnownShimSockets() {
	for _, pattern := range []string{
		layout.RunDir + "/*/containerd/io.containerd.runtime.v2.task/k8s.io/*",
		layout.DataDir + "/*/containerd/io.containerd.runtime.v2.task/k8s.io/*",
	} {
		containers, _ := filepath.Glob(pattern)
		for _, container := range containers {
			address, _ := os.ReadFile(filepath.Join(container, "address"))
			if socket, ok := strings.CutPrefix(string(address), "unix://"); ok && filepath.Dir(socket) == shimSocketDir {
				os.Remove(socket)
			}
			for _, node := range layout.Nodes(nodeCount) {
				removeShimSocket([]string{node.ContainerdAddress()}, filepath.Base(container))
			}
		}
	}
}
