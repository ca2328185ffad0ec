// Package policy enforces NetworkPolicy on one node.
//
// Compile is the idea: it turns policies, pods and namespaces into packet
// filter rules, as a pure function. Enforce keeps the kernel's rules equal to
// what Compile says.
//
// The rules are in the mangle table, which packets pass before the filter
// table (so that kube-proxy's accepting rules there cannot overtake ours) and
// after the address translation of Services (so that policies see pods and
// not Service addresses).
package policy

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Pod is what rules need to know of a pod.
type Pod struct {
	Namespace, Name string
	Labels          map[string]string
	IP              string
	Ports           []Port
	Local           bool // runs on this node, so its rules belong here
}

// Port is a named port of a pod.
type Port struct {
	Name     string
	Protocol corev1.Protocol
	Number   int32
}

// World is everything that rules depend on.
type World struct {
	Policies   []*networkingv1.NetworkPolicy
	Pods       []Pod
	Namespaces map[string]map[string]string // name to labels
}

// Chain is a named list of rules.
type Chain struct {
	Name  string
	Rules []string
}

// Names of the chains that packets enter by.
const (
	forwardChain = "REDOUBT-FORWARD" // to and from pods
	inputChain   = "REDOUBT-INPUT"   // from pods to the node itself
)

const established = "-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN"

// Compile says what the kernel is to be told. A packet that a policy allows
// returns from the pod's chain; one that reaches the chain's end is dropped.
//
// A packet from one pod to another must pass the sender's egress chain and
// the receiver's ingress chain. What the node itself sends to a pod (a probe
// of the kubelet) passes neither of the two entry chains, as Kubernetes
// demands. What a pod sends to the node is subject to the pod's egress rules:
// the API server and DNS live there, and a policy that forgets them should
// fail here as it would elsewhere.
func Compile(world World) []Chain {
	pods := slices.Clone(world.Pods)
	slices.SortFunc(pods, func(a, b Pod) int {
		return strings.Compare(a.Namespace+"/"+a.Name, b.Namespace+"/"+b.Name)
	})
	forward := Chain{Name: forwardChain, Rules: []string{established}}
	input := Chain{Name: inputChain, Rules: []string{established}}
	var chains []Chain
	for _, pod := range pods {
		if !pod.Local || pod.IP == "" {
			continue
		}
		selecting := world.selecting(pod)
		if policies := ofType(selecting, networkingv1.PolicyTypeEgress); len(policies) > 0 {
			chain := world.chain("RE-", pod, policies, world.egress)
			chains = append(chains, chain)
			jump := fmt.Sprintf("-s %s -j %s", pod.IP, chain.Name)
			forward.Rules = append(forward.Rules, jump)
			input.Rules = append(input.Rules, jump)
		}
		if policies := ofType(selecting, networkingv1.PolicyTypeIngress); len(policies) > 0 {
			chain := world.chain("RI-", pod, policies, world.ingress)
			chains = append(chains, chain)
			forward.Rules = append(forward.Rules, fmt.Sprintf("-d %s -j %s", pod.IP, chain.Name))
		}
	}
	return append([]Chain{forward, input}, chains...)
}

// chain makes a pod's chain for one direction. It is named by the address,
// not by a hash, so that somebody who debugs can read it.
func (w World) chain(prefix string, pod Pod, policies []*networkingv1.NetworkPolicy, rules func(Pod, *networkingv1.NetworkPolicy) []string) Chain {
	chain := Chain{Name: prefix + pod.IP}
	for _, policy := range policies {
		chain.Rules = append(chain.Rules, rules(pod, policy)...)
	}
	slices.Sort(chain.Rules) // Allowing rules commute; sorted, they are stable.
	chain.Rules = slices.Compact(chain.Rules)
	// A pod may always talk to itself, also by way of its Service.
	self := fmt.Sprintf("-s %[1]s -d %[1]s -j RETURN", pod.IP)
	chain.Rules = append([]string{self}, append(chain.Rules, "-j DROP")...)
	return chain
}

func (w World) ingress(pod Pod, policy *networkingv1.NetworkPolicy) (rules []string) {
	for _, rule := range policy.Spec.Ingress {
		ports := numbers(rule.Ports, pod) // Named ports are the receiver's, which is this pod.
		for _, source := range w.sources(policy.Namespace, rule.From) {
			for _, port := range ports {
				rules = append(rules, join(source.match("-s"), port, "-j RETURN"))
			}
		}
	}
	return rules
}

func (w World) egress(_ Pod, policy *networkingv1.NetworkPolicy) (rules []string) {
	for _, rule := range policy.Spec.Egress {
		plain, named := splitNamed(rule.Ports)
		peers := w.sources(policy.Namespace, rule.To)
		if len(rule.Ports) == 0 || len(plain) > 0 {
			for _, peer := range peers {
				for _, port := range numbers(plain, Pod{}) {
					rules = append(rules, join(peer.match("-d"), port, "-j RETURN"))
				}
			}
		}
		// A named port means another number at each receiver.
		if len(named) > 0 {
			for _, receiver := range w.Pods {
				if receiver.IP == "" || !anyContains(peers, receiver.IP) {
					continue
				}
				for _, port := range numbers(named, receiver) {
					rules = append(rules, join("-d "+receiver.IP, port, "-j RETURN"))
				}
			}
		}
	}
	return rules
}

// selecting returns the policies that select the pod.
func (w World) selecting(pod Pod) (policies []*networkingv1.NetworkPolicy) {
	for _, policy := range w.Policies {
		if policy.Namespace == pod.Namespace && matches(&policy.Spec.PodSelector, pod.Labels) {
			policies = append(policies, policy)
		}
	}
	return policies
}

// ofType keeps the policies that isolate in that direction.
func ofType(policies []*networkingv1.NetworkPolicy, wanted networkingv1.PolicyType) (kept []*networkingv1.NetworkPolicy) {
	for _, policy := range policies {
		types := policy.Spec.PolicyTypes
		if len(types) == 0 { // The API server fills this in; the rule is the API's.
			types = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
			if len(policy.Spec.Egress) > 0 {
				types = append(types, networkingv1.PolicyTypeEgress)
			}
		}
		if slices.Contains(types, wanted) {
			kept = append(kept, policy)
		}
	}
	return kept
}

// matches treats a selector that the API server would have refused as one
// that selects nothing.
func matches(selector *metav1.LabelSelector, set map[string]string) bool {
	compiled, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && compiled.Matches(labels.Set(set))
}

func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " ")
}
