// Command redoubt-cluster runs a small, real Kubernetes cluster on one Linux
// machine, in a network namespace without an uplink.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/lifecycle"
	"redoubt.dev/cluster/harness/netns"
	"redoubt.dev/cluster/harness/policy"
	"redoubt.dev/cluster/harness/progress"
	"redoubt.dev/cluster/harness/resize"
)

const usage = `usage:
  redoubt-cluster up [--owner CHECKOUT] [--images DIR]   bring the cluster up, or complete a running one
  redoubt-cluster load TAR...                            import image archives
  redoubt-cluster exec -- COMMAND...                     run a command inside the cluster's network
  redoubt-cluster status                                 exit code 0 running, 3 not running, 4 broken
  redoubt-cluster down [--owner CHECKOUT]                remove the cluster and all its traces
`

const (
	exitFailure = 1
	exitUsage   = 2
	exitHeld    = 5
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(exitUsage)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1], os.Args[2:])
	var held lifecycle.HeldError
	switch {
	case err == nil:
	case errors.Is(err, flag.ErrHelp):
		os.Exit(exitUsage)
	case errors.As(err, &held):
		fmt.Fprintln(os.Stderr, "redoubt-cluster:", err)
		os.Exit(exitHeld)
	default:
		fmt.Fprintln(os.Stderr, "redoubt-cluster:", err)
		os.Exit(exitFailure)
	}
}

func run(ctx context.Context, command string, arguments []string) error {
	steps := progress.To(os.Stderr)
	flags := flag.NewFlagSet("redoubt-cluster "+command, flag.ContinueOnError)
	switch command {
	case "up":
		options := lifecycle.Options{BinDir: binDir()}
		flags.StringVar(&options.Owner, "owner", workingDirectory(), "the checkout that will hold the cluster")
		flags.StringVar(&options.Images, "images", "", "a directory whose *.tar image archives are imported")
		if err := flags.Parse(arguments); err != nil {
			return err
		}
		return lifecycle.Up(ctx, options, steps)
	case "load":
		return lifecycle.Load(ctx, arguments, steps)
	case "down":
		owner := flags.String("owner", "", "refuse when another checkout holds the cluster")
		if err := flags.Parse(arguments); err != nil {
			return err
		}
		return lifecycle.Down(ctx, *owner, steps)
	case "status":
		os.Exit(int(lifecycle.Status(ctx, os.Stdout)))
		return nil
	case "exec":
		return enter(arguments)
	case "network-policy": // started by `up`, one on each node
		index := flags.Int("node", 1, "number of the node")
		if err := flags.Parse(arguments); err != nil {
			return err
		}
		return policy.Enforce(ctx, layout.Node{Index: *index})
	case "resizer": // started by `up`
		return resize.Run(ctx, layout.ComponentKubeconfig("resizer"))
	default:
		fmt.Fprint(os.Stderr, usage)
		return fmt.Errorf("unknown command %q", command)
	}
}

// enter becomes the command, so that its signals, its exit code and its
// standard streams are exactly its own.
func enter(arguments []string) error {
	if len(arguments) > 0 && arguments[0] == "--" {
		arguments = arguments[1:]
	}
	if len(arguments) == 0 {
		return errors.New("exec: which command? redoubt-cluster exec -- COMMAND...")
	}
	if !netns.Exists(layout.First().Netns()) {
		return errors.New("no cluster is running; start one with: ./redoubt up")
	}
	program, err := exec.LookPath(arguments[0])
	if err != nil {
		return err
	}
	if err := netns.Enter(layout.First().Netns()); err != nil {
		return err
	}
	return syscall.Exec(program, arguments, append(os.Environ(), "KUBECONFIG="+layout.Kubeconfig))
}

// binDir is the directory that this program was started from; cluster/build
// puts links to all the others beside it.
func binDir() string {
	program, err := exec.LookPath(os.Args[0])
	if err != nil {
		program = os.Args[0]
	}
	absolute, err := filepath.Abs(program)
	if err != nil {
		return "."
	}
	return filepath.Dir(absolute)
}

func workingDirectory() string {
	dir, err := os.Getwd()
	if err != nil {
		return "unknown"
	}
	return dir
}
