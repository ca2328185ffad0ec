package pki

import (
	"os"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"redoubt.dev/cluster/harness/layout"
)

// identities are the components that talk to the API server, with the names
// that Kubernetes' built-in roles (or ours, in addon) are bound to.
var identities = map[string]Subject{
	"kube-controller-manager": {CommonName: "system:kube-controller-manager"},
	"kube-scheduler":          {CommonName: "system:kube-scheduler"},
	"kube-proxy":              {CommonName: "system:kube-proxy"},
	"coredns":                 {CommonName: "redoubt:coredns"},
	"local-path-provisioner":  {CommonName: "redoubt:local-path-provisioner"},
	"network-policy":          {CommonName: "redoubt:network-policy"},
	"resizer":                 {CommonName: "redoubt:resizer"},
}

// WriteCluster makes every certificate, key and kubeconfig of a cluster.
func WriteCluster(nodes []layout.Node) error {
	for _, dir := range []string{layout.PKIDir, layout.ConfigDir} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	ca, err := NewAuthority("redoubt-cluster")
	if err != nil {
		return err
	}
	if err := ca.Write(layout.PKIDir, "ca"); err != nil {
		return err
	}
	if err := WriteSigningKey(filepath.Join(layout.PKIDir, "service-accounts.key")); err != nil {
		return err
	}
	if err := writeAPIServer(ca); err != nil {
		return err
	}
	for name, subject := range identities {
		pair, err := ca.Issue(subject)
		if err != nil {
			return err
		}
		if err := writeKubeconfig(layout.ComponentKubeconfig(name), ca, pair); err != nil {
			return err
		}
	}
	for _, node := range nodes {
		if err := writeNode(ca, node); err != nil {
			return err
		}
	}
	admin, err := ca.IssueRSA(Subject{CommonName: "redoubt:admin", Organization: []string{"system:masters"}})
	if err != nil {
		return err
	}
	return writeKubeconfig(layout.Kubeconfig, ca, admin)
}

func writeAPIServer(ca *Authority) error {
	serving, err := ca.Issue(Subject{
		CommonName: "kube-apiserver",
		DNSNames: []string{"kubernetes", "kubernetes.default", "kubernetes.default.svc",
			"kubernetes.default.svc." + layout.ClusterDomain, "localhost"},
		Addresses: []string{"127.0.0.1", layout.APIAddress, layout.APIServiceIP},
	})
	if err != nil {
		return err
	}
	if err := serving.Write(layout.PKIDir, "apiserver"); err != nil {
		return err
	}
	toKubelet, err := ca.Issue(Subject{CommonName: "kube-apiserver-kubelet-client", Organization: []string{"system:masters"}})
	if err != nil {
		return err
	}
	if err := toKubelet.Write(layout.PKIDir, "apiserver-kubelet-client"); err != nil {
		return err
	}
	// Aggregated API servers trust a second authority, so that an ordinary
	// client certificate cannot pose as the API server's proxy.
	frontProxyCA, err := NewAuthority("redoubt-front-proxy")
	if err != nil {
		return err
	}
	if err := frontProxyCA.Write(layout.PKIDir, "front-proxy-ca"); err != nil {
		return err
	}
	frontProxy, err := frontProxyCA.Issue(Subject{CommonName: "front-proxy-client"})
	if err != nil {
		return err
	}
	return frontProxy.Write(layout.PKIDir, "front-proxy-client")
}

func writeNode(ca *Authority, node layout.Node) error {
	pair, err := ca.Issue(Subject{
		CommonName:   "system:node:" + node.Name(),
		Organization: []string{"system:nodes"},
		DNSNames:     []string{node.Name()},
		Addresses:    []string{node.Address()},
	})
	if err != nil {
		return err
	}
	if err := pair.Write(layout.PKIDir, node.Name()); err != nil {
		return err
	}
	return writeKubeconfig(layout.ComponentKubeconfig(node.Name()), ca, pair)
}

func writeKubeconfig(file string, ca *Authority, pair Pair) error {
	config := clientcmdapi.NewConfig()
	config.Clusters["redoubt"] = &clientcmdapi.Cluster{Server: layout.APIServer, CertificateAuthorityData: ca.PEM()}
	config.AuthInfos["redoubt"] = &clientcmdapi.AuthInfo{ClientCertificateData: pair.Certificate, ClientKeyData: pair.Key}
	config.Contexts["redoubt"] = &clientcmdapi.Context{Cluster: "redoubt", AuthInfo: "redoubt"}
	config.CurrentContext = "redoubt"
	return clientcmd.WriteToFile(*config, file) // mode 0600
}
