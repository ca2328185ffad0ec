package policy

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"
)

// The world of every test: a server and two clients in namespace shop, and
// one client in namespace office.
func world(policies ...*networkingv1.NetworkPolicy) World {
	return World{
		Policies: policies,
		Namespaces: map[string]map[string]string{
			"shop":   {"kubernetes.io/metadata.name": "shop"},
			"office": {"kubernetes.io/metadata.name": "office", "team": "office"},
		},
		Pods: []Pod{
			{Namespace: "shop", Name: "server", Labels: map[string]string{"app": "server"}, IP: "10.244.0.2", Local: true,
				Ports: []Port{{"redis", corev1.ProtocolTCP, 6379}, {"dns", corev1.ProtocolUDP, 53}}},
			{Namespace: "shop", Name: "client", Labels: map[string]string{"role": "client"}, IP: "10.244.0.3", Local: true},
			{Namespace: "shop", Name: "stranger", IP: "10.244.0.4", Local: true},
			{Namespace: "office", Name: "client", Labels: map[string]string{"role": "client"}, IP: "10.244.0.5", Local: true},
			{Namespace: "shop", Name: "server-2", Labels: map[string]string{"app": "server"}, IP: "10.244.1.2",
				Ports: []Port{{"redis", corev1.ProtocolTCP, 7000}}},
			{Namespace: "shop", Name: "new", Labels: map[string]string{"app": "server"}, Local: true}, // no address yet
		},
	}
}

func policy(t *testing.T, spec string) *networkingv1.NetworkPolicy {
	t.Helper()
	policy := &networkingv1.NetworkPolicy{}
	policy.Namespace, policy.Name = "shop", "policy"
	if err := yaml.UnmarshalStrict([]byte(spec), &policy.Spec); err != nil {
		t.Fatalf("the test's policy: %v", err)
	}
	return policy
}

func TestCompile(t *testing.T) {
	const (
		ingressChain = "RI-10.244.0.2"
		egressChain  = "RE-10.244.0.3"
	)
	for _, test := range []struct {
		name  string
		spec  string
		chain string
		want  []string // the allowing rules; nil when the chain must not exist
	}{
		{
			name:  "a policy without rules denies everything",
			spec:  `{podSelector: {matchLabels: {app: server}}, policyTypes: [Ingress]}`,
			chain: ingressChain, want: []string{},
		},
		{
			name:  "a policy for ingress leaves egress alone",
			spec:  `{podSelector: {}, policyTypes: [Ingress]}`,
			chain: egressChain, want: nil,
		},
		{
			name:  "without types a policy is for ingress",
			spec:  `{podSelector: {matchLabels: {app: server}}}`,
			chain: ingressChain, want: []string{},
		},
		{
			name:  "without types a policy with egress rules is for egress too",
			spec:  `{podSelector: {}, egress: [{}]}`,
			chain: egressChain, want: []string{"-j RETURN"},
		},
		{
			name:  "a pod that the selector does not match is left alone",
			spec:  `{podSelector: {matchLabels: {app: other}}, policyTypes: [Ingress]}`,
			chain: ingressChain, want: nil,
		},
		{
			name:  "an empty rule allows everything",
			spec:  `{podSelector: {}, ingress: [{}]}`,
			chain: ingressChain, want: []string{"-j RETURN"},
		},
		{
			name:  "a pod selector alone means the policy's own namespace",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{podSelector: {matchLabels: {role: client}}}]}]}`,
			chain: ingressChain, want: []string{"-s 10.244.0.3 -j RETURN"},
		},
		{
			name:  "a namespace selector alone means every pod there",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: office}}}]}]}`,
			chain: ingressChain, want: []string{"-s 10.244.0.5 -j RETURN"},
		},
		{
			name:  "an empty namespace selector means every namespace",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {role: client}}}]}]}`,
			chain: ingressChain, want: []string{"-s 10.244.0.3 -j RETURN", "-s 10.244.0.5 -j RETURN"},
		},
		{
			name:  "two peers are alternatives, two selectors of one peer are not",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: office}}, podSelector: {matchLabels: {role: other}}}]}]}`,
			chain: ingressChain, want: []string{},
		},
		{
			name:  "match expressions",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{podSelector: {matchExpressions: [{key: role, operator: NotIn, values: [client]}, {key: app, operator: DoesNotExist}]}}]}]}`,
			chain: ingressChain, want: []string{"-s 10.244.0.4 -j RETURN"},
		},
		{
			name:  "peers that match nobody allow nobody",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{podSelector: {matchLabels: {role: nobody}}}]}]}`,
			chain: ingressChain, want: []string{},
		},
		{
			name:  "ports, with TCP as the default protocol",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{ports: [{port: 80}, {port: 53, protocol: UDP}]}]}`,
			chain: ingressChain, want: []string{"-p tcp --dport 80 -j RETURN", "-p udp --dport 53 -j RETURN"},
		},
		{
			name:  "a protocol without a port",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{ports: [{protocol: UDP}]}]}`,
			chain: ingressChain, want: []string{"-p udp -j RETURN"},
		},
		{
			name:  "a range of ports",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{ports: [{port: 8000, endPort: 8010}]}]}`,
			chain: ingressChain, want: []string{"-p tcp --dport 8000:8010 -j RETURN"},
		},
		{
			name:  "a named port is the selected pod's",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{podSelector: {matchLabels: {role: client}}}], ports: [{port: redis}]}]}`,
			chain: ingressChain, want: []string{"-s 10.244.0.3 -p tcp --dport 6379 -j RETURN"},
		},
		{
			name:  "a named port that the pod does not have allows nothing",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{ports: [{port: metrics}]}]}`,
			chain: ingressChain, want: []string{},
		},
		{
			name:  "a named port of another protocol allows nothing",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{ports: [{port: dns}]}]}`,
			chain: ingressChain, want: []string{},
		},
		{
			name:  "an address range",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{ipBlock: {cidr: 192.0.2.0/24}}]}]}`,
			chain: ingressChain, want: []string{"-s 192.0.2.0/24 -j RETURN"},
		},
		{
			name:  "an address range with a hole",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.64/26]}}]}]}`,
			chain: ingressChain, want: []string{"-s 192.0.2.0/26 -j RETURN", "-s 192.0.2.128/25 -j RETURN"},
		},
		{
			name:  "all addresses but one",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [128.0.0.0/1]}}]}]}`,
			chain: ingressChain, want: []string{"-s 0.0.0.0/1 -j RETURN"},
		},
		{
			name:  "all addresses",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}`,
			chain: ingressChain, want: []string{"-s 0.0.0.0/1 -j RETURN", "-s 128.0.0.0/1 -j RETURN"},
		},
		{
			name:  "an IPv6 range is nobody",
			spec:  `{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{ipBlock: {cidr: "2001:db8::/32"}}]}]}`,
			chain: ingressChain, want: []string{},
		},
		{
			name:  "egress to pods and ports",
			spec:  `{podSelector: {matchLabels: {role: client}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: server}}}], ports: [{port: 6379}]}]}`,
			chain: egressChain, want: []string{"-d 10.244.0.2 -p tcp --dport 6379 -j RETURN", "-d 10.244.1.2 -p tcp --dport 6379 -j RETURN"},
		},
		{
			name:  "a named port of egress is each receiver's own",
			spec:  `{podSelector: {matchLabels: {role: client}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: server}}}], ports: [{port: redis}]}]}`,
			chain: egressChain, want: []string{"-d 10.244.0.2 -p tcp --dport 6379 -j RETURN", "-d 10.244.1.2 -p tcp --dport 7000 -j RETURN"},
		},
		{
			name:  "egress to a named port only does not allow every port",
			spec:  `{podSelector: {matchLabels: {role: client}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: redis}]}]}`,
			chain: egressChain, want: []string{},
		},
		{
			name:  "egress to a named port anywhere means the pods that have it",
			spec:  `{podSelector: {matchLabels: {role: client}}, policyTypes: [Egress], egress: [{ports: [{port: dns, protocol: UDP}]}]}`,
			chain: egressChain, want: []string{"-d 10.244.0.2 -p udp --dport 53 -j RETURN"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			chains := Compile(world(policy(t, test.spec)))
			checkFrame(t, chains)
			got, exists := allowing(chains, test.chain)
			if exists != (test.want != nil) || !slices.Equal(got, test.want) {
				t.Errorf("chain %s: got %q (exists: %v), want %q", test.chain, got, exists, test.want)
			}
		})
	}
}

func TestPoliciesAddUp(t *testing.T) {
	chains := Compile(world(
		policy(t, `{podSelector: {matchLabels: {app: server}}, ingress: [{ports: [{port: 1}]}]}`),
		policy(t, `{podSelector: {matchLabels: {app: server}}, ingress: [{ports: [{port: 2}]}]}`)))
	got, _ := allowing(chains, "RI-10.244.0.2")
	want := []string{"-p tcp --dport 1 -j RETURN", "-p tcp --dport 2 -j RETURN"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAPolicyHoldsInItsNamespaceOnly(t *testing.T) {
	chains := Compile(world(policy(t, `{podSelector: {}, policyTypes: [Ingress]}`)))
	if _, exists := allowing(chains, "RI-10.244.0.5"); exists {
		t.Error("a policy in namespace shop isolates a pod in namespace office")
	}
}

func TestOnlyTheNodesOwnPodsGetChains(t *testing.T) {
	chains := Compile(world(policy(t, `{podSelector: {}, policyTypes: [Ingress, Egress]}`)))
	if _, exists := allowing(chains, "RI-10.244.1.2"); exists {
		t.Error("a pod of another node has a chain here")
	}
}

func TestTheSameWorldGivesTheSameText(t *testing.T) {
	deny := policy(t, `{podSelector: {}, ingress: [{from: [{podSelector: {}}]}], policyTypes: [Ingress, Egress]}`)
	one, two := world(deny), world(deny)
	slices.Reverse(two.Pods)
	if a, b := render(Compile(one), nil), render(Compile(two), nil); a != b {
		t.Errorf("the order of the pods changes the rules:\n%s\n%s", a, b)
	}
}

func TestChainsThatAreNotWantedAnyMoreGo(t *testing.T) {
	text := render(Compile(world()), map[string]bool{"RI-10.244.0.9": true, forwardChain: true})
	if !strings.Contains(text, ":RI-10.244.0.9 - [0:0]\n") || !strings.Contains(text, "-X RI-10.244.0.9\n") {
		t.Errorf("the stale chain stays:\n%s", text)
	}
	if strings.Contains(text, "-X "+forwardChain) {
		t.Errorf("a chain that is in use goes:\n%s", text)
	}
}

// checkFrame checks what holds for every result: established connections
// pass first, a pod reaches itself, and every chain of a pod ends in a drop.
func checkFrame(t *testing.T, chains []Chain) {
	t.Helper()
	for i, chain := range chains {
		if i < 2 {
			if chain.Rules[0] != established {
				t.Errorf("%s does not begin with established connections: %q", chain.Name, chain.Rules)
			}
			continue
		}
		if len(chain.Name) > 28 {
			t.Errorf("chain name %s is too long for the kernel", chain.Name)
		}
		if last := chain.Rules[len(chain.Rules)-1]; last != "-j DROP" {
			t.Errorf("%s ends in %q, not in a drop", chain.Name, last)
		}
		if !slices.ContainsFunc(chains[0].Rules, func(rule string) bool { return strings.HasSuffix(rule, "-j "+chain.Name) }) {
			t.Errorf("nothing leads to %s", chain.Name)
		}
	}
}

// allowing returns a chain's rules without the frame.
func allowing(chains []Chain, name string) (rules []string, exists bool) {
	for _, chain := range chains {
		if chain.Name == name {
			return chain.Rules[1 : len(chain.Rules)-1], true
		}
	}
	return nil, false
}
