using System.Runtime.InteropServices;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Tensors;

/// <summary>ck_integer_layer: geometry and rounding of a quantized layer that a device computes in integers.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IntegerLayerCall
{
    public fixed long Kernel[2];
    public fixed long Stride[2];
    public fixed long Dilation[2];
    public fixed long Pads[4]; // top, left, bottom, right
    public long Groups; // of channels
    public int Convolves; // a convolution over images; 0: a product, for which what is above does not count
    public int WritesCodes; // int8 in place of float32
    public CodeGrid Input;
    public StepGrid Output; // of the layer itself
    public CodeGrid Addend; // where it comes as int8
    public StepGrid Sum;
    public float Floor; // what the activation function behind the sum leaves
    public float Ceiling;
    public float Written; // zero point of the codes that are written
}

/// <summary>ck_code_grid: codes as int8.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct CodeGrid(QuantizationParameters pair)
{
    public readonly float Scale = pair.Scale;
    public readonly float ZeroPoint = ZeroOf(pair);

    /// <summary>Zero point of the pair's codes as int8: of unsigned ones less 128.</summary>
    public static int ZeroOf(QuantizationParameters pair) => pair.ZeroPoint - (pair.Minimum >= 0 ? 128 : 0);
}

/// <summary>ck_step_grid: a pair as steps.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct StepGrid(QuantizationParameters pair)
{
    public readonly float Scale = pair.Scale; // 0: there is no pair
    public readonly float Low = pair.Minimum - pair.ZeroPoint;
    public readonly float High = pair.Maximum - pair.ZeroPoint;
}
