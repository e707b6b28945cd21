using Cluster.Kernels.Convolutions;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>A convolution of single pixels with weights that stay, which the first run turns.</summary>
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
