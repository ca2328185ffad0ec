package lifecycle

import (
	"context"
	"fmt"
	"io"
	"time"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/process"
)

const megabyte = 1_000_000

// State is what Status found.
type State int

// The states, as the exit codes of `redoubt-cluster status`.
const (
	Running    State = 0
	NotRunning State = 3
	Broken     State = 4
)

// Status prints how the cluster is.
func Status(ctx context.Context, out io.Writer) State {
	records := process.All()
	if len(records) == 0 && !leftovers() {
		fmt.Fprintln(out, "no cluster is running; start one with: ./redoubt up")
		return NotRunning
	}
	state := Running
	fmt.Fprintf(out, "held by    %s\n", holder())
	if !complete() {
		state = Broken
		fmt.Fprintln(out, "state      incomplete: an `up` is at work, or one was broken off (`./redoubt up` starts afresh, `./redoubt down` removes it)")
	}
	for _, node := range layout.Nodes(nodeCount) {
		if message := nodeState(ctx, node); message != "" {
			state = Broken
			fmt.Fprintf(out, "node       %s  NOT READY: %s\n", node.Name(), message)
		} else {
			fmt.Fprintf(out, "node       %s  Ready  %s  %s\n", node.Name(), layout.Version, node.Address())
		}
	}
	fmt.Fprintf(out, "kubeconfig %s (inside the namespace: ./redoubt kubectl …)\n\n", layout.Kubeconfig)
	var total process.Memory
	for _, record := range records {
		if !record.Alive() {
			state = Broken
			fmt.Fprintf(out, "%-26s  DEAD, its log is %s\n", record.Name, layout.Log(record.Name))
			continue
		}
		memory := record.Identity.Memory()
		total.Resident += memory.Resident
		total.Share += memory.Share
		fmt.Fprintf(out, "%-26s %7d %6d MB\n", record.Name, record.Identity.PID, memory.Resident/megabyte)
	}
	// Six of the processes run the same program, whose pages are in memory once: that is what the machine has less of.
	fmt.Fprintf(out, "%-26s %7s %6d MB (%d MB when pages that they share are counted for each)\n", "together", "", total.Share/megabyte, total.Resident/megabyte)
	return state
}

func nodeState(ctx context.Context, node layout.Node) string {
	_, client, err := adminClient()
	if err != nil {
		return err.Error()
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := nodeReady(client, node)(ctx); err != nil {
		return err.Error()
	}
	return ""
}
