package policy

import (
	"sync"

	corev1 "k8s.io/api/core/v1"

	"redoubt.dev/cluster/harness/layout"
)

// dnsPod makes policies for DNS work as anywhere else, by the labels that
// every cluster's DNS pods have, although CoreDNS is a process here.
var dnsPod = Pod{
	Namespace: "kube-system",
	Name:      "coredns",
	Labels:    map[string]string{"k8s-app": "kube-dns"},
	IP:        layout.APIAddress,
	Ports: []Port{
		{Name: "dns", Protocol: corev1.ProtocolUDP, Number: 53},
		{Name: "dns-tcp", Protocol: corev1.ProtocolTCP, Number: 53},
	},
}

// addresses knows the pods' addresses before the API does: CNI tells it in
// the moment of the assignment, a second before the kubelet reports it.
type addresses struct {
	mutex    sync.Mutex
	assigned map[string]assignment // by namespace/name
}

type assignment struct{ sandbox, ip string }

func newAddresses() *addresses { return &addresses{assigned: map[string]assignment{}} }

func (a *addresses) add(pod, sandbox, ip string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.assigned[pod] = assignment{sandbox, ip}
}

// remove forgets a sandbox's address, unless the pod has a newer sandbox.
func (a *addresses) remove(pod, sandbox string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.assigned[pod].sandbox == sandbox {
		delete(a.assigned, pod)
	}
}

// resolve lists the pods that have an address on the pod network. An address
// that was assigned here belongs to the pod it was assigned to last, even if
// the API still shows it at one that has ended.
func (a *addresses) resolve(pods []*corev1.Pod, node string) []Pod {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	owner := map[string]string{}
	for pod, assignment := range a.assigned {
		owner[assignment.ip] = pod
	}
	var resolved []Pod
	for _, pod := range pods {
		if pod.Spec.HostNetwork || pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
			continue
		}
		key := pod.Namespace + "/" + pod.Name
		ip := pod.Status.PodIP
		if assignment, ok := a.assigned[key]; ok {
			ip = assignment.ip
		}
		if ip == "" || (owner[ip] != "" && owner[ip] != key) {
			continue
		}
		resolved = append(resolved, Pod{
			Namespace: pod.Namespace,
			Name:      pod.Name,
			Labels:    pod.Labels,
			IP:        ip,
			Ports:     ports(pod),
			Local:     pod.Spec.NodeName == node,
		})
	}
	return resolved
}

func ports(pod *corev1.Pod) (found []Port) {
	containers := pod.Spec.Containers
	for _, container := range pod.Spec.InitContainers {
		if container.RestartPolicy != nil { // A side-car serves as the others do.
			containers = append(containers[:len(containers):len(containers)], container)
		}
	}
	for _, container := range containers {
		for _, port := range container.Ports {
			protocol := port.Protocol
			if protocol == "" {
				protocol = corev1.ProtocolTCP
			}
			if port.Name != "" {
				found = append(found, Port{Name: port.Name, Protocol: protocol, Number: port.ContainerPort})
			}
		}
	}
	return found
}
