namespace Cluster.Kernels.Tensors;

/// <summary>ck_tag of cluster_kernels.h.</summary>
internal enum NativeTag
{
    None = 0,
    Tensor = 1,
    Integer = 2,
    Number = 3,
    Boolean = 4,
    IntegerList = 5,
    NumberList = 6,
    TensorList = 7,
    Text = 8,
}
