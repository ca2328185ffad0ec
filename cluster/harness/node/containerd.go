package node

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/process"
)

// WriteConfig writes every configuration file of the node and makes the
// directories that its processes expect.
func WriteConfig(node layout.Node, binDir string) error {
	for _, dir := range []string{node.RunDir(), node.DataDir(), node.CNIConfigDir(), node.CNIBinDir(), layout.ConfigDir, layout.VolumeDir} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := installCNIPlugins(node, binDir); err != nil {
		return err
	}
	files := map[string]string{
		configFile(node, "containerd.toml"):                       containerdConfig(node),
		filepath.Join(node.CNIConfigDir(), "10-redoubt.conflist"): cniConfig(node),
		configFile(node, "kubelet.yaml"):                          kubeletConfig(node),
		configFile(node, "kube-proxy.yaml"):                       proxyConfig(node),
		configFile(node, "resolv.conf"):                           "nameserver " + layout.APIAddress + "\n",
	}
	for file, content := range files {
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Containerd is the node's container runtime, Debian's.
func Containerd(node layout.Node) process.Spec {
	return process.Spec{
		Name:       node.Process("containerd"),
		Netns:      node.Netns(),
		Executable: "/usr/bin/containerd",
		Args:       []string{"--config", configFile(node, "containerd.toml")},
	}
}

func configFile(node layout.Node, name string) string {
	return filepath.Join(layout.ConfigDir, node.Name()+"-"+name)
}

func containerdConfig(node layout.Node) string {
	return fmt.Sprintf(`version = 2
root = %[1]q
state = %[2]q
# Only what the kubelet needs; the rest would probe for devices and kernel
# modules, or make directories that nobody asked for.
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.tracing"]

[grpc]
  address = %[3]q

[plugins."io.containerd.internal.v1.opt"]
  path = %[4]q  # else /opt/containerd

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = %[5]q
  disable_apparmor = true
  # A host without CAP_SYS_RESOURCE may raise a process's OOM score but never
  # lower it; runc dies on the attempt.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = %[6]q
    conf_dir = %[7]q
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
      Root = %[8]q
`,
		filepath.Join(node.DataDir(), "containerd"), node.ContainerdState(), node.ContainerdAddress(),
		filepath.Join(node.DataDir(), "containerd-opt"), layout.PauseImage,
		node.CNIBinDir(), node.CNIConfigDir(), filepath.Join(node.RunDir(), "runc"))
}

// cniConfig: the last plug-in is ours. It does not return before the new
// pod's network policies are in force.
func cniConfig(node layout.Node) string {
	return fmt.Sprintf(`{
  "cniVersion": "1.0.0",
  "name": %q,
  "plugins": [
    {
      "type": "bridge", "bridge": "cni0",
      "isGateway": true, "isDefaultGateway": true, "hairpinMode": true, "ipMasq": false,
      "ipam": {"type": "host-local", "dataDir": %q, "ranges": [[{"subnet": %q}]]}
    },
    {"type": "portmap", "capabilities": {"portMappings": true}},
    {"type": "redoubt-policy-cni", "socket": %q}
  ]
}
`, node.CNINetwork(), filepath.Join(node.RunDir(), "ipam"), node.PodCIDR(), node.PolicySocket())
}

// installCNIPlugins gathers the plug-ins in one directory, since containerd
// looks in one only. Ours is copied: a running cluster must survive that the
// cache of built artefacts is cleaned.
func installCNIPlugins(node layout.Node, binDir string) error {
	for _, name := range []string{"bridge", "host-local", "loopback", "portmap"} {
		source := filepath.Join(layout.CNIPluginDir, name)
		if _, err := os.Stat(source); err != nil {
			return fmt.Errorf("CNI plug-in %s is missing; install the Debian package containernetworking-plugins: %w", name, err)
		}
		link := filepath.Join(node.CNIBinDir(), name)
		os.Remove(link)
		if err := os.Symlink(source, link); err != nil {
			return err
		}
	}
	return copyProgram(filepath.Join(binDir, "redoubt-policy-cni"), filepath.Join(node.CNIBinDir(), "redoubt-policy-cni"))
}

func copyProgram(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	temporary := to + ".new"
	out, err := os.OpenFile(temporary, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return err
	}
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Rename(temporary, to)
}
