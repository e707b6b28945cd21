using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// One run of a program: the one place where tensors are read, computed, rounded and released, for every use of a network.
/// </summary>
internal sealed class ProgramRun(LiveTensors live, IQuantization? quantization, IRunObserver? observer)
{
    // The previous step's output, unless a Q/DQ pair is between the two.
    private string? _overwritable;

    public void Step(ProgramStep step)
    {
        var inputs = new Tensor[step.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = Read(step.Inputs[i], step.Node);
        }

        if (step.Region is { } region)
        {
            foreach (var (node, value) in region.Outputs.Zip(region.Run(inputs)))
            {
                live.Set(node.Output, Written(node, value));
            }

            _overwritable = null;
            Release(step);
            return;
        }

        var weight = step.Weight is null ? null : quantization?.Weight(step.Node) ?? step.Weight;
        var bias = step.Weight is null ? null : quantization?.Bias(step.Node) ?? step.Bias;
        var kernel = step.InPlace is { } inPlace && IsOverwritable(step.Inputs[0], inputs[0]) ? inPlace : step.Kernel;
        try
        {
            live.Set(step.Node.Output, Finish(step, kernel(new NodeInputs(inputs, weight, bias))));
        }
        catch (ExternalException failure)
        {
            string cause = failure.Message.Split('\n', 2)[0]; // the lines below are stack frames
            throw new KernelException($"{step.Node.OpType} '{step.Node.Name}' failed in libtorch: {cause}", failure);
        }

        Release(step);
    }

    private void Release(ProgramStep step)
    {
        foreach (string tensor in step.Dead)
        {
            live.Release(tensor);
        }
    }

    private bool IsOverwritable(string tensor, Tensor seen) => tensor == _overwritable && ReferenceEquals(seen, live.Get(tensor));

    private Tensor Finish(ProgramStep step, Tensor result)
    {
        _overwritable = step.Node.Output;
        return step.Integer is { } integer ? integer.Finish(step.Node, result, observer) : Written(step.Node, result);
    }

    private Tensor Written(GraphNode node, Tensor result)
    {
        observer?.Computed(node, result);
        if (quantization?.Written(node.Output) is not { } pair)
        {
            return result;
        }

        _overwritable = null;
        using (result)
        {
            return pair.Apply(result, observer);
        }
    }

    // Readers that see a tensor through its pair share one view; the others see it unquantized.
    private Tensor Read(string tensor, GraphNode reader)
    {
        var exact = live.Get(tensor);
        if (quantization?.Read(tensor, reader) is not { } pair)
        {
            return exact;
        }

        if (!live.TryGetView(tensor, out var view))
        {
            view = pair.Apply(exact, observer);
            live.SetView(tensor, view);
        }

        return view;
    }
}
