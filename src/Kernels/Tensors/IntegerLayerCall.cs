using System.Runtime.InteropServices;

namespace Cluster.Kernels.Tensors;

/// <summary>ck_integer_layer: geometry and rounding of a quantized layer that a device computes in integers.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IntegerLayerCall
{
    public fixed long Kernel[2];
    public fixed long Stride[2];
    public fixed long Dilation[2];
    public fixed long Pads[4]; // top, left, bottom, right
    public int Convolves; // a convolution over images; 0: a product, for which what is above does not count
    public float Scale; // of the input's pair
    public float ZeroPoint; // of its codes as int8
    public float OutputScale; // of the pair that the layer rounds its output to; 0 without one
    public float Low; // its steps
    public float High;
}
