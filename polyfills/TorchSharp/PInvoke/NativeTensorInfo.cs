using System.Runtime.InteropServices;

namespace TorchSharp.PInvoke;

/// <summary>ck_tensor_info of cluster_kernels.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeTensorInfo
{
    internal int ScalarType;
    internal int DeviceType;
    internal int DeviceIndex;
    internal int Dimensions;
    internal long Elements;
    internal int ElementSize;
    internal int RequiresGrad;
    internal int IsLeaf;
    internal int IsContiguous;
}
