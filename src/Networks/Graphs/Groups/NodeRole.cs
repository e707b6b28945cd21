namespace Cluster.Networks.Graphs.Groups;

/// <summary>An operator's role in quantization, on a runtime that executes integer kernels between Q/DQ pairs.</summary>
internal enum NodeRole
{
    /// <summary>Convolution or matrix product with constant weights: gains from INT8.</summary>
    Weighted,

    /// <summary>Reads codes and writes codes of another scale: Add, Mul, Concat, average pooling.</summary>
    Requantizing,

    /// <summary>Matrix product of two activations, as in attention: reads codes, writes codes or real numbers.</summary>
    Product,

    /// <summary>Moves or selects elements: the output's scale and zero point are the input's.</summary>
    ScalePreserving,

    /// <summary>Relu or Clip: merged into the producer's output range.</summary>
    Activation,

    /// <summary>
    /// LSTM with constant weights: reads and writes real numbers, and gains from an integer kernel that quantizes in each run, which ONNX
    /// Runtime has on processors alone.
    /// </summary>
    Recurrent,

    /// <summary>Every other operator; stays in float.</summary>
    Float,
}
