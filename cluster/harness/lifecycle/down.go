package lifecycle

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"redoubt.dev/cluster/harness/cgroup"
	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/netns"
	"redoubt.dev/cluster/harness/process"
	"redoubt.dev/cluster/harness/progress"
	"redoubt.dev/cluster/harness/sysctl"
)

// patience is how long a component may take to end by itself. It is short,
// because nothing that the components could still save outlives the cluster.
const patience = 3 * time.Second

// Down removes the cluster, whatever state it is in, with all that it left.
// A checkout may be named as the one that asks; then another's is left alone.
func Down(ctx context.Context, owner string, steps *progress.Steps) error {
	if err := mustBeRoot(); err != nil {
		return err
	}
	release, err := lock(ctx, steps)
	if err != nil {
		return err
	}
	defer release()
	if err := refuseIfHeld(owner); err != nil {
		return err
	}
	if err := steps.Do("remove the cluster", func() error { return clear(removeLock) }); err != nil {
		return err
	}
	steps.Total("the cluster is down")
	return nil
}

type lockFate bool

const (
	keepLock   lockFate = false
	removeLock lockFate = true
)

// clear relies on nothing that an earlier `up` may not have reached. Each
// part finds for itself what there is to remove.
func clear(fate lockFate) error {
	os.Remove(layout.ReadyFile) // From here on the cluster is not a whole one.
	if err := endProcesses(); err != nil {
		return err
	}
	var errs []error
	errs = append(errs, cgroup.Remove())
	endStragglers()
	errs = append(errs, unmountBelow(layout.RunDir, layout.DataDir))
	for _, name := range ownNamespaces() {
		errs = append(errs, netns.Delete(name))
	}
	errs = append(errs, sysctl.Restore())
	if err := errors.Join(errs...); err != nil {
		return err // The state is kept: the next `down` needs it.
	}
	return removeFiles(fate)
}

// endProcesses ends the components in the order in which they stop being
// missed: first those that would restart or repair what goes away.
func endProcesses() error {
	records := process.All()
	order := []string{"kubelet", "local-path-provisioner", "resizer", "network-policy", "kube-", "coredns", "etcd"}
	rank := func(record process.Record) int {
		for i, prefix := range order {
			if strings.HasPrefix(record.Name, prefix) {
				return i
			}
		}
		return len(order)
	}
	isRuntime := func(record process.Record) bool { return strings.HasPrefix(record.Name, "containerd") }
	slices.SortStableFunc(records, func(a, b process.Record) int { return rank(a) - rank(b) })
	var others, runtimes []process.Record
	for _, record := range records {
		if isRuntime(record) {
			runtimes = append(runtimes, record)
		} else {
			others = append(others, record)
		}
	}
	if err := process.Stop(patience, others...); err != nil {
		return err
	}
	// The pods next, while their shims and containerd still clean up after them.
	if err := cgroup.Remove(); err != nil {
		return err
	}
	return process.Stop(patience, runtimes...)
}

// endStragglers ends what no record names: container shims, and processes
// whose `up` was killed before it could write them down.
func endStragglers() {
	for range 50 {
		var found []process.Identity
		found = append(found, shims()...)
		for _, name := range ownNamespaces() {
			found = append(found, process.InNetns(name)...)
		}
		if len(found) == 0 {
			return
		}
		removeShimSockets(found)
		process.Kill(time.Second, found...)
	}
}

func shims() (found []process.Identity) {
	for _, identity := range process.WithArgument(layout.RunDir + "/") {
		if strings.Contains(process.Arguments(identity.PID)[0], "containerd-shim") {
			found = append(found, identity)
		}
	}
	return found
}

// ownNamespaces are the cluster's network namespaces by name, also those of
// nodes that an earlier version or another setting made.
func ownNamespaces() (names []string) {
	entries, _ := os.ReadDir(layout.NetnsDir)
	for _, entry := range entries {
		if entry.Name() == "redoubt" || strings.HasPrefix(entry.Name(), "redoubt-") {
			names = append(names, entry.Name())
		}
	}
	return names
}

// unmountBelow unmounts everything below the directories, the latest first.
func unmountBelow(dirs ...string) error {
	for range 10 {
		points, err := mountPoints(dirs)
		if err != nil || len(points) == 0 {
			return err
		}
		slices.Reverse(points)
		for _, point := range points {
			if unix.Unmount(point, 0) != nil {
				unix.Unmount(point, unix.MNT_DETACH)
			}
		}
	}
	points, err := mountPoints(dirs)
	if err == nil && len(points) > 0 {
		err = fmt.Errorf("cannot unmount %v", points)
	}
	return err
}

func mountPoints(dirs []string) ([]string, error) {
	file, err := os.Open("/proc/self/mounts")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	var points []string
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		point := unescape.Replace(fields[1])
		for _, dir := range dirs {
			if point == dir || strings.HasPrefix(point, dir+"/") {
				points = append(points, point)
			}
		}
	}
	return points, lines.Err()
}

// removeFiles removes our directories, and what we left in others'.
func removeFiles(fate lockFate) error {
	removeStrayFiles()
	if err := os.RemoveAll(layout.DataDir); err != nil {
		return err
	}
	if fate == removeLock {
		return os.RemoveAll(layout.RunDir)
	}
	entries, err := os.ReadDir(layout.RunDir)
	for _, entry := range entries {
		if path := filepath.Join(layout.RunDir, entry.Name()); path != layout.LockFile {
			err = errors.Join(err, os.RemoveAll(path))
		}
	}
	return err
}

// leftovers reports whether there is anything for clear to do.
func leftovers() bool {
	entries, _ := os.ReadDir(layout.RunDir)
	for _, entry := range entries {
		if filepath.Join(layout.RunDir, entry.Name()) != layout.LockFile {
			return true
		}
	}
	_, err := os.Stat(layout.DataDir)
	return err == nil || len(ownNamespaces()) > 0 || cgroup.Exists()
}
