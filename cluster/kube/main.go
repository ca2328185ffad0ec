// Command kube holds every Kubernetes component of the test cluster, and
// etcd, in one binary.
//
// One binary links the shared libraries once: about 130 MB instead of 400 MB.
// Each component still runs as a process of its own, because the components
// keep global state (feature gates, signal handlers, metrics registries) that
// two of them in one process would fight over. For the same reason only the
// command that was asked for is ever constructed.
//
// The component is named by the file name the binary was started under
// (a symlink), or else by the first argument:
//
//	kube-apiserver --help
//	kube kube-apiserver --help
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	_ "time/tzdata" // CronJobs name time zones, and a minimal host has no zone files.

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	kubeproxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// components maps a component's name to what constructs its command.
var components = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kube-proxy":              kubeproxy.NewProxyCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kubelet":                 func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
}

func main() {
	name, args := filepath.Base(os.Args[0]), os.Args[1:]
	if components[name] == nil && name != "etcd" && len(args) > 0 {
		name, args = args[0], args[1:]
	}
	if name == "etcd" {
		etcdmain.Main(append([]string{"etcd"}, args...))
		return
	}
	construct := components[name]
	if construct == nil {
		fmt.Fprintf(os.Stderr, "kube: unknown component %q; one of: etcd, %s\n", name, strings.Join(names(), ", "))
		os.Exit(2)
	}
	command := construct()
	command.SetArgs(args)
	os.Exit(cli.Run(command))
}

func names() []string {
	all := make([]string, 0, len(components))
	for name := range components {
		all = append(all, name)
	}
	sort.Strings(all)
	return all
}
