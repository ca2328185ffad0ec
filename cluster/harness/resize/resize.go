// Package resize stands in for the CSI external-resizer: it makes a volume
// claim's growth come true. Volumes of the local-path-provisioner are plain
// directories without a limit, so there is nothing to grow but the numbers;
// what asks for growth sees the same objects change in the same order as with
// a real driver.
package resize

import (
	"context"
	"encoding/json"
	"log"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
)

// Run grows volumes until the context ends.
func Run(ctx context.Context, kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	claims := factory.Core().V1().PersistentVolumeClaims()
	queue := workqueue.NewTypedRateLimitingQueue(workqueue.NewTypedItemExponentialFailureRateLimiter[string](50*time.Millisecond, 5*time.Second))
	defer queue.ShutDown()
	enqueue := func(object any) {
		if claim, ok := object.(*corev1.PersistentVolumeClaim); ok && Needed(claim) {
			queue.Add(claim.Namespace + "/" + claim.Name)
		}
	}
	_, err = claims.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    enqueue,
		UpdateFunc: func(_, object any) { enqueue(object) },
	})
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	go func() {
		<-ctx.Done()
		queue.ShutDown()
	}()
	for {
		key, ended := queue.Get()
		if ended {
			return nil
		}
		namespace, name, _ := cache.SplitMetaNamespaceKey(key)
		claim, err := claims.Lister().PersistentVolumeClaims(namespace).Get(name)
		if err == nil && Needed(claim) {
			err = grow(ctx, client, claim)
		}
		if err != nil {
			log.Printf("claim %s: %v", key, err)
			queue.AddRateLimited(key)
		} else {
			queue.Forget(key)
		}
		queue.Done(key)
	}
}

// Needed reports whether a bound claim asks for more than it has.
func Needed(claim *corev1.PersistentVolumeClaim) bool {
	requested := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	has := claim.Status.Capacity[corev1.ResourceStorage]
	return claim.Status.Phase == corev1.ClaimBound && claim.Spec.VolumeName != "" &&
		!has.IsZero() && requested.Cmp(has) > 0
}

// grow changes the volume first: a claim must never show more than its
// volume has.
func grow(ctx context.Context, client kubernetes.Interface, claim *corev1.PersistentVolumeClaim) error {
	requested := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	capacity := map[string]string{"storage": requested.String()}
	volume, err := json.Marshal(map[string]any{"spec": map[string]any{"capacity": capacity}})
	if err != nil {
		return err
	}
	_, err = client.CoreV1().PersistentVolumes().Patch(ctx, claim.Spec.VolumeName, types.StrategicMergePatchType, volume, metav1.PatchOptions{})
	if err != nil {
		return err
	}
	status, err := json.Marshal(map[string]any{"status": map[string]any{
		"capacity":                  capacity,
		"conditions":                []any{}, // Resizing, FileSystemResizePending: no longer true.
		"allocatedResources":        nil,
		"allocatedResourceStatuses": nil,
	}})
	if err != nil {
		return err
	}
	_, err = client.CoreV1().PersistentVolumeClaims(claim.Namespace).Patch(ctx, claim.Name, types.MergePatchType, status, metav1.PatchOptions{}, "status")
	if err == nil {
		log.Printf("claim %s/%s grew to %s", claim.Namespace, claim.Name, requested.String())
	}
	return err
}
