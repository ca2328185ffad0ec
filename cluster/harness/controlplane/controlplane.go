// Package controlplane says how etcd and the Kubernetes control plane are
// started. All of it runs in the first node's network namespace.
package controlplane

import (
	"path/filepath"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/process"
)

const etcdURL = "http://127.0.0.1:2379"

// Etcd keeps the cluster's state. It may skip fsync, because the state does
// not outlive the cluster anyway.
func Etcd(binDir string) process.Spec {
	return component("etcd", binDir,
		"--data-dir="+layout.EtcdDir,
		"--unsafe-no-fsync",
		"--listen-client-urls="+etcdURL,
		"--advertise-client-urls="+etcdURL,
		"--listen-peer-urls=http://127.0.0.1:2380",
		"--log-level=warn",
	)
}

// APIServer serves the Kubernetes API.
func APIServer(binDir string) process.Spec {
	return component("kube-apiserver", binDir,
		"--etcd-servers="+etcdURL,
		"--advertise-address="+layout.APIAddress,
		"--bind-address="+layout.APIAddress,
		"--secure-port=6443",
		"--client-ca-file="+key("ca.crt"),
		"--tls-cert-file="+key("apiserver.crt"),
		"--tls-private-key-file="+key("apiserver.key"),
		"--service-account-issuer=https://kubernetes.default.svc."+layout.ClusterDomain,
		"--service-account-key-file="+key("service-accounts.key"),
		"--service-account-signing-key-file="+key("service-accounts.key"),
		"--service-cluster-ip-range="+layout.ServiceNetwork,
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--allow-privileged=true",
		"--kubelet-certificate-authority="+key("ca.crt"),
		"--kubelet-client-certificate="+key("apiserver-kubelet-client.crt"),
		"--kubelet-client-key="+key("apiserver-kubelet-client.key"),
		"--kubelet-preferred-address-types=InternalIP",
		// Aggregated API servers (a metrics server, say) can be registered.
		"--requestheader-client-ca-file="+key("front-proxy-ca.crt"),
		"--requestheader-allowed-names=front-proxy-client",
		"--requestheader-username-headers=X-Remote-User",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file="+key("front-proxy-client.crt"),
		"--proxy-client-key-file="+key("front-proxy-client.key"),
		"--profiling=false",
	)
}

// ControllerManager runs the built-in controllers.
func ControllerManager(binDir string) process.Spec {
	kubeconfig := layout.ComponentKubeconfig("kube-controller-manager")
	return component("kube-controller-manager", binDir,
		"--kubeconfig="+kubeconfig,
		"--authentication-kubeconfig="+kubeconfig,
		"--authorization-kubeconfig="+kubeconfig,
		"--bind-address=127.0.0.1",
		"--service-account-private-key-file="+key("service-accounts.key"),
		"--root-ca-file="+key("ca.crt"),
		"--cluster-signing-cert-file="+key("ca.crt"),
		"--cluster-signing-key-file="+key("ca.key"),
		"--use-service-account-credentials",
		"--allocate-node-cidrs",
		"--cluster-cidr="+layout.PodNetwork,
		"--service-cluster-ip-range="+layout.ServiceNetwork,
		"--leader-elect=false",
		"--flex-volume-plugin-dir="+filepath.Join(layout.DataDir, "volume-plugins"), // else /usr/libexec/kubernetes
		"--profiling=false",
	)
}

// Scheduler places pods on nodes.
func Scheduler(binDir string) process.Spec {
	kubeconfig := layout.ComponentKubeconfig("kube-scheduler")
	return component("kube-scheduler", binDir,
		"--kubeconfig="+kubeconfig,
		"--authentication-kubeconfig="+kubeconfig,
		"--authorization-kubeconfig="+kubeconfig,
		"--bind-address=127.0.0.1",
		"--leader-elect=false",
		"--profiling=false",
	)
}

func component(name, binDir string, args ...string) process.Spec {
	return process.Spec{Name: name, Netns: layout.First().Netns(), Executable: filepath.Join(binDir, name), Args: args}
}

func key(name string) string { return filepath.Join(layout.PKIDir, name) }
