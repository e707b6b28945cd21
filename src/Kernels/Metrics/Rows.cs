namespace Cluster.Kernels.Metrics;

internal static class Rows
{
    public static int Count(int elements, int classes) =>
        classes > 0 && elements % classes == 0
            ? elements / classes
            : throw new KernelException(
                $"{elements} logits cannot be split into rows of {classes} classes; the network's output does not match "
                + "the number of classes.");
}
