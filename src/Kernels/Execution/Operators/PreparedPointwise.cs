using Cluster.Kernels.Convolutions;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>A 1x1 convolution with constant weights, which the first run transposes.</summary>
internal sealed class PreparedPointwise
{
    private readonly Lock _gate = new();
    private PointwiseProduct? _product;

    public Tensor Run(NodeInputs inputs)
    {
        lock (_gate)
        {
            _product ??= new PointwiseProduct(inputs.Weight, inputs.Bias);
        }

        return _product.Run(inputs[0]);
    }
}
