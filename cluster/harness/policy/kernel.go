package policy

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// kernel is the packet filter of the namespace that this process runs in.
type kernel struct {
	loaded    string
	installed map[string]bool // our chains that the kernel has
}

// readKernel finds the chains that an earlier process left, so that those
// which are no longer wanted can be removed.
func readKernel(ctx context.Context) (*kernel, error) {
	out, err := exec.CommandContext(ctx, "iptables-save", "-t", "mangle").Output()
	if err != nil {
		return nil, fmt.Errorf("iptables-save: %w", err)
	}
	k := &kernel{installed: map[string]bool{}}
	for _, line := range strings.Split(string(out), "\n") {
		if name, ok := strings.CutPrefix(line, ":"); ok {
			name, _, _ = strings.Cut(name, " ")
			if isOurs(name) {
				k.installed[name] = true
			}
		}
	}
	return k, nil
}

func isOurs(chain string) bool {
	return strings.HasPrefix(chain, "RE-") || strings.HasPrefix(chain, "RI-") || strings.HasPrefix(chain, "REDOUBT-")
}

// load replaces all our rules in one transaction, if they differ.
func (k *kernel) load(ctx context.Context, chains []Chain) error {
	script := render(chains, k.installed)
	if script == k.loaded {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, "iptables-restore", "--noflush", "--wait", "5")
	command.Stdin = strings.NewReader(script)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Run(); err != nil {
		return fmt.Errorf("iptables-restore: %w: %s\n%s", err, output.String(), numbered(script))
	}
	k.installed = map[string]bool{}
	for _, chain := range chains {
		k.installed[chain.Name] = true
	}
	k.loaded = render(chains, k.installed)
	return nil
}

// render writes the transaction. Naming a chain at the top empties it; the
// chains that are not wanted any more go last, when nothing refers to them.
func render(chains []Chain, installed map[string]bool) string {
	var text strings.Builder
	text.WriteString("*mangle\n")
	wanted := map[string]bool{}
	for _, chain := range chains {
		wanted[chain.Name] = true
		fmt.Fprintf(&text, ":%s - [0:0]\n", chain.Name)
	}
	stale := make([]string, 0)
	for name := range installed {
		if !wanted[name] {
			stale = append(stale, name)
			fmt.Fprintf(&text, ":%s - [0:0]\n", name)
		}
	}
	// Nothing else in this namespace uses these two chains of the table.
	fmt.Fprintf(&text, "-F FORWARD\n-F INPUT\n-A FORWARD -j %s\n-A INPUT -j %s\n", forwardChain, inputChain)
	for _, chain := range chains {
		for _, rule := range chain.Rules {
			fmt.Fprintf(&text, "-A %s %s\n", chain.Name, rule)
		}
	}
	for _, name := range stale {
		fmt.Fprintf(&text, "-X %s\n", name)
	}
	text.WriteString("COMMIT\n")
	return text.String()
}

func numbered(script string) string {
	lines := strings.Split(script, "\n")
	for i := range lines {
		lines[i] = fmt.Sprintf("%4d %s", i+1, lines[i])
	}
	return strings.Join(lines, "\n")
}
