// Package addon is what a cluster needs beside Kubernetes itself to be of
// use: names (CoreDNS), volumes (local-path-provisioner) and their growth.
//
// All of it runs as processes in the first node's network namespace, which
// saves images, and the seconds until pods run.
package addon

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/process"
)

//go:embed manifests/*.yaml
var manifests embed.FS

// DNS answers the cluster's names.
func DNS(binDir string) process.Spec {
	return process.Spec{
		Name:       "coredns",
		Netns:      layout.First().Netns(),
		Executable: filepath.Join(binDir, "coredns"),
		Args:       []string{"-conf", corefile()},
	}
}

// Storage makes a volume for each claim.
func Storage(binDir string) process.Spec {
	return process.Spec{
		Name:       "local-path-provisioner",
		Netns:      layout.First().Netns(),
		Executable: filepath.Join(binDir, "local-path-provisioner"),
		Args: []string{"start",
			"--kubeconfig", layout.ComponentKubeconfig("local-path-provisioner"),
			"--namespace", "local-path-storage",
			"--configmap-name", "local-path-config",
			"--config", storageConfig(),
			"--helper-image", layout.BusyboxImage,
			"--helper-pod-file", helperPod(),
		},
	}
}

// Resizer grows volumes.
func Resizer(binDir string) process.Spec {
	return process.Spec{
		Name:       "resizer",
		Netns:      layout.First().Netns(),
		Executable: filepath.Join(binDir, "redoubt-cluster"),
		Args:       []string{"resizer"},
	}
}

// WriteConfig writes the configuration files of the add-ons.
func WriteConfig() error {
	if err := os.MkdirAll(layout.ConfigDir, 0o755); err != nil {
		return err
	}
	for file, content := range map[string]string{
		corefile():      corefileContent(),
		storageConfig(): storageConfigContent,
		helperPod():     helperPodContent,
	} {
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func corefile() string      { return filepath.Join(layout.ConfigDir, "Corefile") }
func storageConfig() string { return filepath.Join(layout.ConfigDir, "local-path.json") }
func helperPod() string     { return filepath.Join(layout.ConfigDir, "local-path-helper-pod.yaml") }

// corefileContent: a name outside the cluster does not exist, and is answered
// so. Refusing it instead would send resolvers into retries of many seconds.
func corefileContent() string {
	return fmt.Sprintf(`%[1]s:53 in-addr.arpa:53 {
    bind %[2]s
    errors
    health %[2]s:8080
    ready %[2]s:8181
    kubernetes %[1]s in-addr.arpa {
        kubeconfig %[3]s
        pods verified
        ttl 5
    }
    cache 5
    loadbalance
}
.:53 {
    bind %[2]s
    errors
    template ANY ANY {
        rcode NXDOMAIN
    }
}
`, layout.ClusterDomain, layout.APIAddress, layout.ComponentKubeconfig("coredns"))
}

const storageConfigContent = `{
  "nodePathMap": [{"node": "DEFAULT_PATH_FOR_NON_LISTED_NODES", "paths": ["` + layout.DataDir + `/volumes"]}],
  "setupCommand": "/bin/volume",
  "teardownCommand": "/bin/volume"
}
`

// helperPodContent: every volume waits for this pod, so it has nothing to
// wait for itself: no network of its own, no token, no ConfigMap.
const helperPodContent = `apiVersion: v1
kind: Pod
metadata: {name: helper-pod}
spec:
  hostNetwork: true
  terminationGracePeriodSeconds: 0
  automountServiceAccountToken: false
  enableServiceLinks: false
  containers:
  - name: helper-pod
    image: ` + layout.BusyboxImage + `
    imagePullPolicy: Never
`
