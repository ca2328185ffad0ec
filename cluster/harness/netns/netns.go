// Package netns makes, enters and removes named network namespaces.
//
// It does not use `ip netns`: `ip netns add` leaves a mount on /run/netns
// behind, and `ip netns exec` remounts /sys, which hides the cgroups.
package netns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"golang.org/x/sys/unix"

	"redoubt.dev/cluster/harness/layout"
)

// Path is the file that a named namespace is bound to; `ip -n NAME` and
// `nsenter --net=PATH` find it there too.
func Path(name string) string { return filepath.Join(layout.NetnsDir, name) }

// Exists reports whether the name is bound to a network namespace.
func Exists(name string) bool {
	var fs unix.Statfs_t
	return unix.Statfs(Path(name), &fs) == nil && fs.Type == unix.NSFS_MAGIC
}

// Create makes a new network namespace under that name.
func Create(name string) error {
	if err := os.MkdirAll(layout.NetnsDir, 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(Path(name), os.O_CREATE|os.O_RDONLY, 0o444)
	if err != nil {
		return err
	}
	file.Close()
	return onOwnThread(func() error {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("new network namespace: %w", err)
		}
		own := fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid())
		if err := unix.Mount(own, Path(name), "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("bind %s: %w", Path(name), err)
		}
		return nil
	})
}

// Delete removes the name; the namespace itself goes with its last process.
func Delete(name string) error {
	for Exists(name) {
		if err := unix.Unmount(Path(name), unix.MNT_DETACH); err != nil {
			return fmt.Errorf("unmount %s: %w", Path(name), err)
		}
	}
	if err := os.Remove(Path(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	os.Remove(layout.NetnsDir) // Succeeds only when it is empty.
	return nil
}

// Do runs f on a thread inside the namespace. Sockets that f opens and
// processes that it starts belong to the namespace.
func Do(name string, f func() error) error {
	return onOwnThread(func() error {
		if err := enter(name); err != nil {
			return err
		}
		return f()
	})
}

// Enter moves the calling thread, for a caller that is about to exec.
func Enter(name string) error {
	runtime.LockOSThread()
	return enter(name)
}

// Run runs a short command inside the namespace.
func Run(ctx context.Context, name string, command ...string) error {
	return Do(name, func() error {
		out, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%v: %w: %s", command, err, out)
		}
		return nil
	})
}

// Dialer opens connections from inside the namespace.
func Dialer(name string) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (conn net.Conn, err error) {
		err = Do(name, func() error {
			// Only for numeric addresses: a name would be looked up, and
			// the connection opened, by another thread.
			conn, err = new(net.Dialer).DialContext(ctx, network, address)
			return err
		})
		return conn, err
	}
}

func enter(name string) error {
	file, err := os.Open(Path(name))
	if err != nil {
		return err
	}
	defer file.Close()
	if err := unix.Setns(int(file.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter network namespace %s: %w", name, err)
	}
	return nil
}

// onOwnThread runs f on a thread that the runtime discards afterwards,
// because nothing else may ever run on a thread that changed namespaces.
func onOwnThread(f func() error) error {
	result := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // Never unlocked: the thread ends with the goroutine.
		result <- f()
	}()
	return <-result
}
