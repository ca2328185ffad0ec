package resize

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestNeeded(t *testing.T) {
	for _, test := range []struct {
		name           string
		phase          corev1.PersistentVolumeClaimPhase
		requested, has string
		want           bool
	}{
		{"asks for more", corev1.ClaimBound, "2Gi", "1Gi", true},
		{"has what it asks for", corev1.ClaimBound, "1Gi", "1Gi", false},
		{"the same in other words", corev1.ClaimBound, "1024Mi", "1Gi", false},
		{"has more", corev1.ClaimBound, "1Gi", "2Gi", false},
		{"is not bound yet", corev1.ClaimPending, "2Gi", "1Gi", false},
		{"is bound, but its size is not reported yet", corev1.ClaimBound, "2Gi", "0", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			claim := &corev1.PersistentVolumeClaim{}
			claim.Spec.VolumeName = "volume"
			claim.Spec.Resources.Requests = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(test.requested)}
			claim.Status.Phase = test.phase
			claim.Status.Capacity = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(test.has)}
			if got := Needed(claim); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
