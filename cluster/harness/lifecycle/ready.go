package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/netns"
)

// clientConfig reaches the API server from outside the cluster's namespace.
func clientConfig(kubeconfig string) (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.Dial = netns.Dialer(layout.First().Netns())
	config.QPS, config.Burst = 200, 200
	config.Timeout = 10 * time.Second
	return config, nil
}

func adminClient() (*rest.Config, kubernetes.Interface, error) {
	config, err := clientConfig(layout.Kubeconfig)
	if err != nil {
		return nil, nil, err
	}
	client, err := kubernetes.NewForConfig(config)
	return config, client, err
}

// httpReady asks a health page inside the namespace.
func httpReady(url string) func(context.Context) error {
	client := &http.Client{
		Timeout:   2 * time.Second,
		Transport: &http.Transport{DialContext: netns.Dialer(layout.First().Netns()), DisableKeepAlives: true},
	}
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(io.LimitReader(response.Body, 300))
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answers %s: %s", url, response.Status, body)
		}
		return nil
	}
}

// socketReady waits until somebody listens on a socket in the file system.
func socketReady(path string) func(context.Context) error {
	return func(context.Context) error {
		conn, err := net.DialTimeout("unix", path, time.Second)
		if err != nil {
			return err
		}
		return conn.Close()
	}
}

func apiReady(client kubernetes.Interface) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		return err
	}
}

func nodeReady(client kubernetes.Interface, node layout.Node) func(context.Context) error {
	return func(ctx context.Context) error {
		object, err := client.CoreV1().Nodes().Get(ctx, node.Name(), metav1.GetOptions{})
		if err != nil {
			return err
		}
		for _, taint := range object.Spec.Taints {
			if taint.Key == corev1.TaintNodeNotReady {
				return errors.New("the node still has the not-ready taint")
			}
		}
		for _, condition := range object.Status.Conditions {
			if condition.Type == corev1.NodeReady {
				if condition.Status == corev1.ConditionTrue {
					return nil
				}
				return fmt.Errorf("node %s: %s", node.Name(), condition.Message)
			}
		}
		return errors.New("the kubelet has not reported yet")
	}
}

// accountReady waits for what the first pod needs.
func accountReady(client kubernetes.Interface) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err
	}
}

// immediately is for a component that has no health page; that it did not
// end at once shows with the next one.
func immediately(context.Context) error { return nil }
