using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cluster.Networks.Runtimes;

/// <summary>
/// A prepared run on fixed shapes: inputs are on the provider's device, outputs are written to buffers of this process, and a run allocates
/// nothing, unless an output has another shape than the file states. One thread at a time; the session must outlive it.
/// </summary>
public sealed class OrtBinding : IDisposable
{
    private readonly List<Action> _turns = [];
    private readonly List<OrtIoBinding> _bindings = [];
    private readonly List<OrtValue> _values = [];
    private bool _isDisposed;

    /// <param name="turns">The inputs of each turn, see <see cref="SampleTurns"/>.</param>
    internal OrtBinding(OrtSession session, IReadOnlyList<IReadOnlyList<TensorData>> turns, Func<OrtIoBinding> bind)
    {
        try
        {
            foreach (var inputs in turns)
            {
                var outputs = Given(session, inputs);
                if (!session.OutputNames.Zip(outputs).All(output => session.States(output.First, output.Second.Shape)))
                {
                    // ONNX Runtime refuses buffers of such a shape.
                    _turns.Add(() => Given(session, inputs));
                    continue;
                }

                var binding = bind();
                _bindings.Add(binding);
                _turns.Add(() => session.Run(binding));
                foreach (var (name, input) in session.InputNames.Zip(inputs))
                {
                    var value = Allocate(input.Type, input.Shape);
                    input.Bytes.Span.CopyTo(value.GetTensorMutableRawData());
                    binding.BindInput(name, value);
                }

                foreach (var (name, output) in session.OutputNames.Zip(outputs))
                {
                    binding.BindOutput(name, Allocate(output.Type, output.Shape));
                }
            }
        }
        catch (OnnxRuntimeException refused)
        {
            Dispose();
            throw OrtRuntime.Error("ONNX Runtime cannot bind the network's inputs and outputs", refused);
        }
    }

    /// <summary>Copies of the outputs of the last turn, in their order; to check a run by.</summary>
    internal IReadOnlyList<TensorData> Outputs()
    {
        using var none = new OrtInputs([]);
        using var outputs = new OrtOutputs(_bindings[^1].GetOutputValues(), none);
        return outputs.Copies();
    }

    /// <summary>Runs the network once, each turn after the other.</summary>
    /// <exception cref="KernelException">ONNX Runtime fails; with its text.</exception>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        foreach (var turn in _turns)
        {
            turn();
        }
    }

    /// <summary>Frees the binding and its tensors.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _bindings.DisposeAll();
        _values.DisposeAll();
        _values.Clear();
    }

    // The types and shapes of a run's outputs.
    private static (ElementType Type, long[] Shape)[] Given(OrtSession session, IReadOnlyList<TensorData> inputs)
    {
        using var outputs = session.RunInPlace(inputs, session.OutputNames);
        return [.. Enumerable.Range(0, outputs.Count).Select(index => (outputs.Type(index), outputs.Shape(index)))];
    }

    private OrtValue Allocate(ElementType type, long[] shape)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)type, shape);
        _values.Add(value);
        return value;
    }
}
