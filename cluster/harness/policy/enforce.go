package policy

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	networkinglisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"

	"redoubt.dev/cluster/harness/layout"
)

const (
	// debounce gathers events that come together, as a rollout's do.
	debounce = 20 * time.Millisecond
	// retry is the pause after the kernel refused the rules.
	retry = time.Second
)

// enforcer keeps one node's rules. Only its loop touches the kernel.
type enforcer struct {
	node       layout.Node
	policies   networkinglisters.NetworkPolicyLister
	pods       corelisters.PodLister
	namespaces corelisters.NamespaceLister
	addresses  *addresses
	kernel     *kernel
	changed    chan struct{} // something may have changed; capacity 1
	urgent     chan chan error
}

// Enforce keeps the rules of the node until the context ends.
func Enforce(ctx context.Context, node layout.Node) error {
	config, err := clientcmd.BuildConfigFromFlags("", layout.ComponentKubeconfig("network-policy"))
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	e := &enforcer{
		node:       node,
		policies:   factory.Networking().V1().NetworkPolicies().Lister(),
		pods:       factory.Core().V1().Pods().Lister(),
		namespaces: factory.Core().V1().Namespaces().Lister(),
		addresses:  newAddresses(),
		changed:    make(chan struct{}, 1),
		urgent:     make(chan chan error),
	}
	for _, informer := range []cache.SharedIndexInformer{
		factory.Networking().V1().NetworkPolicies().Informer(),
		factory.Core().V1().Pods().Informer(),
		factory.Core().V1().Namespaces().Informer(),
	} {
		_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(any) { e.notice() },
			UpdateFunc: func(_, _ any) { e.notice() },
			DeleteFunc: func(any) { e.notice() },
		})
		if err != nil {
			return err
		}
	}
	factory.Start(ctx.Done())
	for kind, synced := range factory.WaitForCacheSync(ctx.Done()) {
		if !synced {
			return fmt.Errorf("the list of %v did not arrive", kind)
		}
	}
	if e.kernel, err = readKernel(ctx); err != nil {
		return err
	}
	if err := e.apply(ctx); err != nil {
		return err
	}
	// The socket says "ready", so it comes after the first rules.
	os.Remove(node.PolicySocket())
	served := make(chan error, 1)
	go func() { served <- e.serve(ctx, node.PolicySocket()) }()
	return errors.Join(e.loop(ctx), <-served)
}

func (e *enforcer) notice() {
	select {
	case e.changed <- struct{}{}:
	default:
	}
}

func (e *enforcer) loop(ctx context.Context) error {
	var due <-chan time.Time // nil while nothing is due
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-e.changed:
			if due == nil {
				due = time.After(debounce)
			}
			continue
		case answer := <-e.urgent:
			answer <- e.apply(ctx)
			continue
		case <-due:
			due = nil
		}
		if err := e.apply(ctx); err != nil && ctx.Err() == nil {
			log.Print(err)
			due = time.After(retry)
		}
	}
}

func (e *enforcer) apply(ctx context.Context) error {
	world, err := e.observe()
	if err != nil {
		return err
	}
	return e.kernel.load(ctx, Compile(world))
}

// observe takes the picture that rules are made from.
func (e *enforcer) observe() (World, error) {
	world := World{Namespaces: map[string]map[string]string{}}
	var err error
	if world.Policies, err = e.policies.List(labels.Everything()); err != nil {
		return world, err
	}
	namespaces, err := e.namespaces.List(labels.Everything())
	if err != nil {
		return world, err
	}
	for _, namespace := range namespaces {
		world.Namespaces[namespace.Name] = namespace.Labels
	}
	pods, err := e.pods.List(labels.Everything())
	if err != nil {
		return world, err
	}
	world.Pods = append(e.addresses.resolve(pods, e.node.Name()), dnsPod)
	return world, nil
}
