using System.Runtime.InteropServices;

namespace Cluster.Kernels.Tensors;

/// <summary>One argument or result of an operator: ck_value of cluster_kernels.h.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct NativeValue
{
    [FieldOffset(0)]
    internal NativeTag Tag;

    [FieldOffset(4)]
    internal int Count;

    [FieldOffset(8)]
    internal long Integer;

    [FieldOffset(8)]
    internal double Number;

    [FieldOffset(8)]
    internal nint Pointer;
}
