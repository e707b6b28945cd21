using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Normalisations, with statistics that are constants or computed from the image itself.</summary>
internal static class NormalizationOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["BatchNormalization"] = BatchNormalization,
        ["GroupNormalization"] = GroupNormalization,
        ["InstanceNormalization"] = InstanceNormalization,
        ["LayerNormalization"] = LayerNormalization,
        ["LRN"] = LocalResponse,
    };

    private static NodeKernel BatchNormalization(GraphNode node, OperatorContext context)
    {
        var scale = context.Constants.Tensor(node.Inputs[1]); // (C)
        var shift = context.Constants.Tensor(node.Inputs[2]);
        var mean = context.Constants.Tensor(node.Inputs[3]);
        var variance = context.Constants.Tensor(node.Inputs[4]);
        double epsilon = node.GetFloat("epsilon", 1e-5f);
        return inputs => nn.functional.batch_norm(inputs[0], mean, variance, scale, shift, eps: epsilon);
    }

    // Over all axes from 'axis' on; scale and shift have their shape.
    private static NodeKernel LayerNormalization(GraphNode node, OperatorContext context)
    {
        var scale = context.Constants.Tensor(node.Inputs[1]);
        var shift = node.HasInput(2) ? context.Constants.Tensor(node.Inputs[2]) : null;
        long axis = node.GetInt("axis", -1);
        double epsilon = node.GetFloat("epsilon", 1e-5f);
        return inputs =>
        {
            long[] shape = inputs[0].shape;
            long[] normal = shape[(int)(axis < 0 ? axis + shape.Length : axis)..];
            using var rowMajor = inputs[0].contiguous();
            using var scales = scale.expand(normal);
            using var shifts = shift is null ? null : shift.expand(normal);
            return nn.functional.layer_norm(rowMajor, normal, scales, shifts, epsilon);
        };
    }

    private static NodeKernel InstanceNormalization(GraphNode node, OperatorContext context)
    {
        var scale = context.Constants.Tensor(node.Inputs[1]); // (C)
        var shift = context.Constants.Tensor(node.Inputs[2]);
        double epsilon = node.GetFloat("epsilon", 1e-5f);
        return inputs => nn.functional.instance_norm(inputs[0], weight: scale, bias: shift, eps: epsilon);
    }

    // One scale a group up to opset 20, one a channel from 21 on. ONNX Runtime executes the function that ONNX defines it by, whose
    // variance is a difference of means: where a group hardly varies, that is what its numbers are.
    private static NodeKernel GroupNormalization(GraphNode node, OperatorContext context)
    {
        var scale = context.Constants.Tensor(node.Inputs[1]);
        var shift = context.Constants.Tensor(node.Inputs[2]);
        long groups = node.GetInt("num_groups", 1);
        double epsilon = node.GetFloat("epsilon", 1e-5f);
        return inputs =>
        {
            long channels = inputs[0].shape[1];
            using var rowMajor = inputs[0].contiguous();
            using var scales = Repeated(scale, channels);
            using var shifts = Repeated(shift, channels);
            if (rowMajor.requires_grad)
            {
                return nn.functional.group_norm(rowMajor, groups, scales, shifts, epsilon);
            }

            using var rows = rowMajor.view(rowMajor.shape[0], groups, -1);
            using var mean = rows.mean([2], keepdim: true);
            using var squares = rows.mul(rows);
            using var deviation = squares.mean([2], keepdim: true);
            deviation.addcmul_(mean, mean, (-1).AsScalar()).add_(epsilon.AsScalar(), ScalarNumbers.One).sqrt_();
            using var centred = rows.sub(mean);
            using var normal = centred.div_(deviation).view(rowMajor.shape[0], channels, -1);
            using var factors = scales.unsqueeze(1);
            using var summands = shifts.unsqueeze(1);
            return normal.mul_(factors).add_(summands, ScalarNumbers.One).view(rowMajor.shape);
        };
    }

    private static Tensor Repeated(Tensor values, long channels) =>
        values.repeat_interleave(channels / values.shape[0]);

    // x / (bias + alpha / size * sum of squares over 'size' neighbouring channels) ^ beta.
    private static NodeKernel LocalResponse(GraphNode node, OperatorContext context)
    {
        long size = node.GetInt("size", 1);
        double alpha = node.GetFloat("alpha", 1e-4f);
        double beta = node.GetFloat("beta", 0.75f);
        double bias = node.GetFloat("bias", 1);
        return inputs =>
        {
            var x = inputs[0];
            int rank = x.shape.Length;
            using var squares = x.mul(x);
            long[] begins = new long[rank];
            long[] ends = new long[rank];
            (begins[1], ends[1]) = ((size - 1) / 2, size / 2);
            using var padded = TensorOps.Pad(squares, begins, ends, 0);
            using var windows = padded.unfold(1, size, 1); // the window is the last axis
            using var sums = windows.sum([-1], keepdim: false);
            using var scaled = sums.mul((alpha / size).AsScalar());
            using var shifted = scaled.add(bias.AsScalar(), ScalarNumbers.One);
            using var divisor = shifted.pow(beta.AsScalar());
            return x.div(divisor);
        };
    }
}
