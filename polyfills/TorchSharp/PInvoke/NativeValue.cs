using System.Runtime.InteropServices;

namespace TorchSharp.PInvoke;

/// <summary>One argument or result of an operator: ck_value of cluster_kernels.h.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct NativeValue
{
    internal const int Tensor = 1;
    internal const int Number = 3;
    internal const int IntegerList = 5;

    [FieldOffset(0)]
    internal int Tag;

    [FieldOffset(4)]
    internal int Count;

    [FieldOffset(8)]
    internal double NumberValue;

    [FieldOffset(8)]
    internal nint Pointer;
}
