// Package cgroup makes and removes the cluster's own branch of the cgroup
// tree, below which the kubelet puts all pods.
package cgroup

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/process"
)

type hierarchy struct {
	path    string
	unified bool // cgroup v2
}

// Create makes the branch of one node in every hierarchy.
func Create(node layout.Node) error {
	hierarchies, err := mounted()
	if err != nil {
		return err
	}
	for _, h := range hierarchies {
		parent := h.path
		for _, name := range []string{layout.CgroupRoot, node.Name()} {
			if h.unified && h.path == "/sys/fs/cgroup" {
				enableControllers(parent)
			}
			dir := filepath.Join(parent, name)
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			// A v1 cpuset starts empty, and no process may enter an empty one.
			for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
				if !h.unified {
					if err := inherit(parent, dir, file); err != nil {
						return err
					}
				}
			}
			parent = dir
		}
	}
	return nil
}

// Root is the kubelet's cgroupRoot for the node.
func Root(node layout.Node) string { return "/" + layout.CgroupRoot + "/" + node.Name() }

// Remove kills whatever still runs in the branch and removes it.
func Remove() error {
	hierarchies, err := mounted()
	if err != nil {
		return err
	}
	deadline := time.Now().Add(15 * time.Second)
	for {
		var members []process.Identity
		var left error
		for _, h := range hierarchies {
			branch := filepath.Join(h.path, layout.CgroupRoot)
			dirs := tree(branch)
			for _, dir := range dirs {
				// A frozen process cannot even be killed.
				os.WriteFile(filepath.Join(dir, "freezer.state"), []byte("THAWED"), 0)
				members = append(members, processes(dir)...)
			}
			slices.Reverse(dirs) // Children before parents.
			for _, dir := range dirs {
				if err := syscall.Rmdir(dir); err != nil && !errors.Is(err, syscall.ENOENT) {
					left = fmt.Errorf("remove cgroup %s: %w", dir, err)
				}
			}
		}
		if left == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return left
		}
		if len(members) > 0 {
			if err := process.Kill(0, members...); err != nil {
				return err
			}
		}
		time.Sleep(20 * time.Millisecond) // The kernel empties a cgroup a little after its last process.
	}
}

// Exists reports whether any hierarchy has the branch.
func Exists() bool {
	hierarchies, _ := mounted()
	for _, h := range hierarchies {
		if _, err := os.Stat(filepath.Join(h.path, layout.CgroupRoot)); err == nil {
			return true
		}
	}
	return false
}

func mounted() ([]hierarchy, error) {
	file, err := os.Open("/proc/self/mounts")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var found []hierarchy
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 3 || (fields[2] != "cgroup" && fields[2] != "cgroup2") || !strings.HasPrefix(fields[1], "/sys/fs/cgroup") {
			continue
		}
		found = append(found, hierarchy{path: fields[1], unified: fields[2] == "cgroup2"})
	}
	if len(found) == 0 {
		return nil, errors.New("no cgroup file system is mounted under /sys/fs/cgroup; Kubernetes cannot run without one")
	}
	return found, lines.Err()
}

// enableControllers hands every controller of a v2 cgroup on to its children.
// One that the host keeps for itself is refused; the kubelet then says which
// of them it misses.
func enableControllers(dir string) {
	controllers, _ := os.ReadFile(filepath.Join(dir, "cgroup.controllers"))
	for _, controller := range strings.Fields(string(controllers)) {
		os.WriteFile(filepath.Join(dir, "cgroup.subtree_control"), []byte("+"+controller), 0)
	}
}

func inherit(parent, dir, file string) error {
	value, err := os.ReadFile(filepath.Join(parent, file))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, file), value, 0o644)
}

func tree(root string) (dirs []string) {
	filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			dirs = append(dirs, path)
		}
		return nil
	})
	return dirs
}

func processes(dir string) (members []process.Identity) {
	data, _ := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
	for _, field := range strings.Fields(string(data)) {
		pid, err := strconv.Atoi(field)
		if err != nil || pid == 0 {
			continue
		}
		if identity, err := process.Identify(pid); err == nil {
			members = append(members, identity)
		}
	}
	return members
}
