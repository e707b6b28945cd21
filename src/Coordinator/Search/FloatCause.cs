namespace Cluster.Coordinator.Search;

/// <summary>
/// The cause of a group being slow in integers: functions that runtimes compute in floating point, between two conversions.
/// </summary>
internal static class FloatCause
{
    // ONNX functions of one tensor that no target here has an integer kernel for. Relu and Clip are free: a range makes them redundant.
    private static readonly string[] Functions =
        ["HardSigmoid", "HardSwish", "Sigmoid", "Tanh", "Softmax", "LeakyRelu", "PRelu", "Elu", "Selu", "Gelu", "Erf", "Mish", "Softplus"];

    /// <summary>The cause, to follow a statement that the group is slow in a format; empty if unknown.</summary>
    public static string Of(SearchMemory memory, int group, int format)
    {
        var found = memory.Space.Groups[group].Operators.Intersect(Functions, StringComparer.Ordinal).ToArray();
        if (found.Length == 0)
        {
            return string.Empty;
        }

        var times = memory.Model is { } model
            ? $" ({model.GroupMs(group, format):G3} ms against {model.GroupMs(group, 0):G3} ms a run)"
            : string.Empty;
        return $" because of {string.Join(" and ", found)}, computed in FP32 between two conversions{times}";
    }
}
