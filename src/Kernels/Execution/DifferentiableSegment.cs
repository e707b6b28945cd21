using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>Nodes of a network that run together. Gradients are recorded as usual in libtorch: within <c>no_grad</c> nothing is kept. Thread-safe.</summary>
internal sealed class DifferentiableSegment
{
    private readonly DifferentiableNetwork _network;
    private readonly IReadOnlyList<LiveStep> _steps;

    internal DifferentiableSegment(DifferentiableNetwork network, IReadOnlyList<LiveStep> steps, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs)
    {
        _network = network;
        _steps = steps;
        Inputs = inputs;
        Outputs = outputs;
    }

    /// <summary>Tensors that the segment reads and does not compute.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>Tensors that it computes and others read, or that leave the network.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>Runs the segment.</summary>
    /// <param name="inputs">In the order of <see cref="Inputs"/>; they stay the caller's. Images are fastest channels-last.</param>
    /// <returns>In the order of <see cref="Outputs"/>; the caller disposes them.</returns>
    public Tensor[] Run(ReadOnlySpan<Tensor> inputs, INetworkHooks? hooks = null)
    {
        var live = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        string? overwritable = null; // what the step before computed and no hook replaced
        try
        {
            for (int i = 0; i < Inputs.Count; i++)
            {
                live[Inputs[i]] = hooks is not null && Inputs[i] == _network.Graph.Input.Name ? hooks.Activation(Inputs[i], inputs[i]) : inputs[i];
            }

            foreach (var step in _steps)
            {
                overwritable = RunStep(step, live, inputs, hooks, overwritable);
            }

            return [.. Outputs.Select(name =>
            {
                live.Remove(name, out var output);
                return output!;
            })];
        }
        finally
        {
            foreach (var (_, tensor) in live)
            {
                if (!IsLent(tensor, inputs))
                {
                    tensor.Dispose();
                }
            }
        }
    }

    private string? RunStep(LiveStep step, Dictionary<string, Tensor> live, ReadOnlySpan<Tensor> given, INetworkHooks? hooks, string? overwritable)
    {
        var inputs = new Tensor[step.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            var value = live[step.Inputs[i]];
            inputs[i] = hooks?.Read(step.Inputs[i], step.Node, value) ?? value;
        }

        var weight = step.IsWeighted ? hooks?.Weight(step.Node) ?? _network.Weight(step.Node) : null;
        var bias = step.IsWeighted ? hooks?.Bias(step.Node) ?? _network.Bias(step.Node) : null;
        bool overwrites = step.InPlace is not null && step.Inputs[0] == overwritable && ReferenceEquals(inputs[0], live[overwritable]);
        var result = overwrites ? step.InPlace!(inputs, weight, bias) : step.Kernel(inputs, weight, bias);
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!ReferenceEquals(inputs[i], live[step.Inputs[i]]))
            {
                inputs[i].Dispose();
            }
        }

        var seen = hooks?.Activation(step.Node.Output, result) ?? result;
        if (!ReferenceEquals(seen, result))
        {
            result.Dispose();
        }

        live[step.Node.Output] = seen;
        string? mine = ReferenceEquals(seen, result) ? step.Node.Output : null;
        foreach (string tensor in step.Dead)
        {
            if (!IsLent(live[tensor], given))
            {
                live[tensor].Dispose();
            }

            live.Remove(tensor);
        }

        return mine;
    }

    private static bool IsLent(Tensor tensor, ReadOnlySpan<Tensor> given)
    {
        foreach (var lent in given)
        {
            if (ReferenceEquals(lent, tensor))
            {
                return true;
            }
        }

        return false;
    }
}
