package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"redoubt.dev/cluster/harness/addon"
	"redoubt.dev/cluster/harness/cgroup"
	"redoubt.dev/cluster/harness/controlplane"
	"redoubt.dev/cluster/harness/image"
	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/netns"
	"redoubt.dev/cluster/harness/node"
	"redoubt.dev/cluster/harness/pki"
	"redoubt.dev/cluster/harness/process"
	"redoubt.dev/cluster/harness/progress"
	"redoubt.dev/cluster/harness/sysctl"
)

// Options say what to bring up.
type Options struct {
	Owner  string // the checkout that will hold the cluster
	Images string // a directory of image archives, or ""
	BinDir string // where the built programs are
}

// nodeCount is what there is today; everything below loops over the nodes.
const nodeCount = 1

// cluster is one attempt to bring the cluster up.
type cluster struct {
	Options
	nodes  []layout.Node
	steps  *progress.Steps
	config *rest.Config
	client kubernetes.Interface
}

// Up brings the cluster up, or completes a living one, and loads images.
func Up(ctx context.Context, options Options, steps *progress.Steps) error {
	if err := errors.Join(mustBeRoot(), checkPrograms(options.BinDir)); err != nil {
		return err
	}
	release, err := lock(ctx, steps)
	if err != nil {
		return err
	}
	defer release()
	if err := refuseIfHeld(options.Owner); err != nil {
		return err
	}
	if !complete() {
		if leftovers() {
			if err := steps.Do("clear what an earlier, incomplete cluster left", func() error { return clear(keepLock) }); err != nil {
				return err
			}
		}
	}
	c := &cluster{Options: options, nodes: layout.Nodes(nodeCount), steps: steps}
	if err := hold(options.Owner); err != nil {
		return err
	}
	if err := c.prepare(ctx); err != nil {
		return err
	}
	if err := c.startAll(ctx); err != nil {
		return err
	}
	if err := c.markReady(); err != nil {
		return err
	}
	steps.Total(fmt.Sprintf("the cluster is up; kubeconfig (inside the namespace): %s", layout.Kubeconfig))
	return nil
}

// complete reports whether an earlier `up` got to its end and its cluster is
// still there. Processes that have died since are merely started again.
func complete() bool {
	_, err := os.Stat(layout.ReadyFile)
	return err == nil && anyAlive() && netns.Exists(layout.First().Netns())
}

// markReady notes that the cluster is whole, and whose settings it has.
func (c *cluster) markReady() error {
	if complete() {
		return nil
	}
	return os.WriteFile(layout.ReadyFile, []byte(c.build()), 0o644)
}

// build names the build of this program.
func (c *cluster) build() string {
	program, err := filepath.EvalSymlinks(filepath.Join(c.BinDir, "redoubt-cluster"))
	if err != nil {
		return c.BinDir
	}
	return program
}

// prepare makes what must exist before the first process starts.
func (c *cluster) prepare(ctx context.Context) error {
	if complete() {
		c.steps.Note("a cluster is running already; completing it")
		if builtBy, _ := os.ReadFile(layout.ReadyFile); string(builtBy) != c.build() {
			c.steps.Note("another build of the cluster brought it up: new programs replace the old ones,")
			c.steps.Note("but changed settings need `./redoubt down` and `./redoubt up`")
		}
		return nil
	}
	return c.steps.Do("network namespace, cgroups, certificates, configuration", func() error {
		if err := sysctl.Prepare(); err != nil {
			return err
		}
		if err := pki.WriteCluster(c.nodes); err != nil {
			return err
		}
		if err := addon.WriteConfig(); err != nil {
			return err
		}
		for _, n := range c.nodes {
			if err := node.CreateNetwork(ctx, n, c.nodes); err != nil {
				return err
			}
			if err := cgroup.Create(n); err != nil {
				return err
			}
			if err := node.WriteConfig(n, c.BinDir); err != nil {
				return err
			}
		}
		return nil
	})
}

// startAll starts the components in the order of their needs, and at the
// same time what does not need each other.
func (c *cluster) startAll(ctx context.Context) error {
	err := together(
		func() error { return c.startControlPlane(ctx) },
		func() error { return c.startRuntimes(ctx) },
	)
	if err != nil {
		return err
	}
	if err := c.startNodes(ctx); err != nil {
		return err
	}
	return together(
		func() error { return c.awaitNodes(ctx) },
		func() error { return c.loadImages(ctx) },
	)
}

func (c *cluster) startControlPlane(ctx context.Context) (err error) {
	if c.config, c.client, err = adminClient(); err != nil {
		return err
	}
	if err := c.start(ctx, controlplane.Etcd(c.BinDir), httpReady("http://127.0.0.1:2379/health")); err != nil {
		return err
	}
	if err := c.start(ctx, controlplane.APIServer(c.BinDir), apiReady(c.client)); err != nil {
		return err
	}
	if err := c.steps.Do("objects of the add-ons", func() error { return addon.Apply(ctx, c.config) }); err != nil {
		return err
	}
	for _, spec := range []process.Spec{controlplane.ControllerManager(c.BinDir), controlplane.Scheduler(c.BinDir)} {
		if err := ensure(ctx, spec, immediately); err != nil {
			return err
		}
	}
	return nil
}

// startRuntimes starts each node's containerd and gives it our own images.
func (c *cluster) startRuntimes(ctx context.Context) error {
	for _, n := range c.nodes {
		if err := c.start(ctx, node.Containerd(n), socketReady(n.ContainerdAddress())); err != nil {
			return err
		}
		err := c.steps.Do("images pause and busybox", func() error {
			archives, err := image.WriteOwn(n.DataDir(), filepath.Join(c.BinDir, "pause"))
			if err != nil {
				return err
			}
			for _, archive := range archives {
				if _, err := image.Load(ctx, n, archive); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *cluster) startNodes(ctx context.Context) error {
	for _, n := range c.nodes {
		if err := c.start(ctx, node.Policy(n, c.BinDir), socketReady(n.PolicySocket())); err != nil {
			return err
		}
		for _, spec := range []process.Spec{node.Kubelet(n, c.BinDir), node.Proxy(n, c.BinDir)} {
			if err := ensure(ctx, spec, immediately); err != nil {
				return err
			}
		}
	}
	for _, spec := range []process.Spec{addon.Storage(c.BinDir), addon.Resizer(c.BinDir)} {
		if err := ensure(ctx, spec, immediately); err != nil {
			return err
		}
	}
	return c.start(ctx, addon.DNS(c.BinDir), httpReady("http://"+layout.APIAddress+":8181/ready"))
}

// awaitNodes waits for what has no health page of its own to ask.
func (c *cluster) awaitNodes(ctx context.Context) error {
	for _, n := range c.nodes {
		if err := c.start(ctx, node.Kubelet(n, c.BinDir), nodeReady(c.client, n)); err != nil {
			return err
		}
		if err := c.start(ctx, node.Proxy(n, c.BinDir), httpReady("http://"+n.Address()+":10256/healthz")); err != nil {
			return err
		}
	}
	return c.start(ctx, controlplane.ControllerManager(c.BinDir), accountReady(c.client))
}

func (c *cluster) loadImages(ctx context.Context) error {
	if c.Images == "" {
		return nil
	}
	archives, err := filepath.Glob(filepath.Join(c.Images, "*.tar"))
	if err != nil {
		return err
	}
	return loadInto(ctx, c.nodes, archives, c.steps)
}

func (c *cluster) start(ctx context.Context, spec process.Spec, ready func(context.Context) error) error {
	return c.steps.Do(spec.Name, func() error { return ensure(ctx, spec, ready) })
}

// Load imports image archives into the running cluster.
func Load(ctx context.Context, archives []string, steps *progress.Steps) error {
	if !complete() {
		return errors.New("no cluster is running; start one with: ./redoubt up")
	}
	return loadInto(ctx, layout.Nodes(nodeCount), archives, steps)
}

func loadInto(ctx context.Context, nodes []layout.Node, archives []string, steps *progress.Steps) error {
	unchanged := 0
	for _, archive := range archives {
		for _, n := range nodes {
			name := "image archive " + filepath.Base(archive)
			imported := false
			load := func() (err error) {
				imported, err = image.Load(ctx, n, archive)
				return err
			}
			if err := steps.Do(name, load); err != nil {
				return err
			}
			if !imported {
				unchanged++
			}
		}
	}
	if unchanged > 0 {
		steps.Note("%d of these had been imported before", unchanged)
	}
	return nil
}

// checkPrograms finds out before anything is changed what would be missing
// half-way.
func checkPrograms(binDir string) error {
	var missing []error
	for _, name := range []string{"kube", "coredns", "local-path-provisioner", "redoubt-cluster", "redoubt-policy-cni", "pause"} {
		if _, err := os.Stat(filepath.Join(binDir, name)); err != nil {
			missing = append(missing, fmt.Errorf("%s is not built; run cluster/build and use the directory that it prints", filepath.Join(binDir, name)))
		}
	}
	for _, name := range []string{"containerd", "containerd-shim-runc-v2", "ctr", "runc", "ip", "iptables-restore"} {
		if _, err := exec.LookPath(name); err != nil {
			missing = append(missing, fmt.Errorf("%s is not installed; install the packages in cluster/packages.txt", name))
		}
	}
	return errors.Join(missing...)
}

// together runs the functions at the same time and returns what went wrong.
func together(functions ...func() error) error {
	results := make([]error, len(functions))
	var group sync.WaitGroup
	for i, function := range functions {
		group.Add(1)
		go func() {
			defer group.Done()
			results[i] = function()
		}()
	}
	group.Wait()
	return errors.Join(results...)
}
