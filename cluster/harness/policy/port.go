package policy

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// numbers turns a rule's ports into packet matches; a named port is looked up
// at the receiver. No ports at all means every port, one empty match; ports
// of which none applies mean none, no match.
func numbers(ports []networkingv1.NetworkPolicyPort, receiver Pod) []string {
	if len(ports) == 0 {
		return []string{""}
	}
	var found []string
	for _, port := range ports {
		protocol := protocolOf(port)
		flag := "-p " + strings.ToLower(string(protocol))
		switch {
		case port.Port == nil:
			found = append(found, flag)
		case port.Port.Type == intstr.String:
			for _, candidate := range receiver.Ports {
				if candidate.Name == port.Port.StrVal && candidate.Protocol == protocol {
					found = append(found, fmt.Sprintf("%s --dport %d", flag, candidate.Number))
				}
			}
		case port.EndPort != nil && *port.EndPort > port.Port.IntVal:
			found = append(found, fmt.Sprintf("%s --dport %d:%d", flag, port.Port.IntVal, *port.EndPort))
		default:
			found = append(found, fmt.Sprintf("%s --dport %d", flag, port.Port.IntVal))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func protocolOf(port networkingv1.NetworkPolicyPort) corev1.Protocol {
	if port.Protocol == nil {
		return corev1.ProtocolTCP
	}
	return *port.Protocol
}

func splitNamed(ports []networkingv1.NetworkPolicyPort) (plain, named []networkingv1.NetworkPolicyPort) {
	for _, port := range ports {
		if port.Port != nil && port.Port.Type == intstr.String {
			named = append(named, port)
		} else {
			plain = append(plain, port)
		}
	}
	return plain, named
}
