using System.Diagnostics;
using Cluster.Networks.Graphs.Passes;
using Cluster.Networks.Runtimes.Timing;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Files;

/// <summary>
/// A published file as a model to run on libtorch, on the processor or on a CUDA device: the QDQ file with its own codes, scales and
/// roundings, layers in FP16, or a network in FP32. Layers between Q/DQ pairs add up whole numbers and requantize them as
/// ONNX Runtime's integer kernels do. Thread-safe. Where float32's precision cannot decide between two codes, as in sums of two activations
/// or averages, single codes may differ from ONNX Runtime's by one.
/// </summary>
public sealed class QuantizedModel : IDisposable
{
    private readonly GroupedGraph _graph;
    private readonly ProgramBuilder _builder;
    private readonly FileQuantization? _quantization;
    private readonly NetworkProgram _program;
    private readonly ComputeDevice _device;

    private QuantizedModel(ModelGraph file, ComputeDevice device)
    {
        device.RequireUsable();
        _device = device;
        if (QdqReader.IsMixed(file))
        {
            var network = QdqReader.Read(file);
            _graph = GroupFinder.Find(network.Graph);
            _builder = new ProgramBuilder(_graph, device: device);
            _quantization = new FileQuantization(network, _graph, device);
            _program = _builder.Whole(_quantization);
            Pairs = network.Pairs.Count;
        }
        else
        {
            _graph = GroupFinder.Find(GraphNormalizer.Normalize(file));
            _builder = new ProgramBuilder(_graph, device: device);
            _program = _builder.Whole();
        }
    }

    /// <summary>The device that the model computes on.</summary>
    public ComputeDevice Device => _device;

    /// <summary>Whether a run takes one sample whole, see <see cref="ModelGraph.TakesOneSample"/>.</summary>
    public bool TakesOneSample => _graph.Graph.TakesOneSample;

    /// <summary>Tensors with a Q/DQ pair.</summary>
    public int Pairs { get; }

    /// <summary>Names, types and shapes of the inputs; -1 is a batch of any size.</summary>
    public IReadOnlyList<ValueInfo> Inputs => _graph.Inputs;

    /// <summary>Names and shapes of the outputs, float32; -1 is a batch of any size.</summary>
    public IReadOnlyList<ValueInfo> Outputs => _graph.Outputs;

    /// <summary>Shape of the first input, (-1, channels, height, width) for images; -1 is a batch of any size.</summary>
    public IReadOnlyList<long> InputShape => _graph.Input.Shape;

    /// <summary>Shape of the first output, (-1, classes) for a classifier.</summary>
    public IReadOnlyList<long> OutputShape => _graph.Output.Shape;

    private string[] OutputNames => [.. _graph.Outputs.Select(output => output.Name)];

    /// <summary>Loads a file.</summary>
    /// <param name="file">Path of an ONNX file, published by this program or FP32.</param>
    /// <param name="device">Where to compute; null: on the processor.</param>
    /// <exception cref="KernelException">
    /// The file cannot be read or has unsupported content, or the device is missing; the message is one sentence.
    /// </exception>
    public static QuantizedModel Load(string file, ComputeDevice? device = null) => new(OnnxReader.Read(file), device ?? ComputeDevice.Cpu);

    /// <summary>Loads a file that was read.</summary>
    /// <param name="nameForErrors">The file's name for messages.</param>
    /// <inheritdoc cref="Load(string, ComputeDevice)"/>
    public static QuantizedModel Load(ModelFile file, string nameForErrors, ComputeDevice? device = null) =>
        new(OnnxReader.Read(file, nameForErrors), device ?? ComputeDevice.Cpu);

    /// <summary>Runs a batch of a network with one input and returns its first output.</summary>
    /// <param name="input">
    /// Float32 of <see cref="InputShape"/>, preprocessed as in the network's training, on any device; the caller keeps ownership.
    /// </param>
    /// <returns>Float32 of <see cref="OutputShape"/> on the model's device; the caller disposes of it.</returns>
    /// <exception cref="KernelException">The input is not float32 of that shape, or libtorch fails.</exception>
    public Tensor Run(Tensor input) => Run(input, null);

    /// <summary>Runs a batch of a network with several inputs or outputs.</summary>
    /// <param name="inputs">In the order and form of <see cref="Inputs"/>, on any device; the caller keeps ownership.</param>
    /// <returns>In the order and form of <see cref="Outputs"/>, on the model's device; the caller disposes of them.</returns>
    /// <exception cref="KernelException">The inputs are not of these types and shapes, or libtorch fails.</exception>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs) => Run(inputs, null, OutputNames);

    /// <summary>Runs a batch in managed memory, of a network with several inputs or outputs.</summary>
    /// <param name="inputs">In the order and form of <see cref="Inputs"/>.</param>
    /// <returns>The elements of each output, row-major.</returns>
    /// <exception cref="KernelException">The inputs are not of these types and shapes, or libtorch fails.</exception>
    public IReadOnlyList<float[]> Run(IReadOnlyList<TensorData> inputs) => Run(inputs, observer: null);

    /// <param name="observer">Receives each quantized tensor.</param>
    /// <inheritdoc cref="Run(IReadOnlyList{TensorData})"/>
    internal IReadOnlyList<float[]> Run(IReadOnlyList<TensorData> inputs, IRunObserver? observer) =>
    [
        .. SampleTurns.Run(
            [.. Inputs.Select(input => input.Shape)],
            inputs,
            turn => [.. RunTurn(turn, observer).Select(values => TensorData.FromFloats([1, values.Length], values))])
            .Select(values => values.As<float>().ToArray()),
    ];

    private IReadOnlyList<float[]> RunTurn(IReadOnlyList<TensorData> inputs, IRunObserver? observer)
    {
        Tensor[] given = [.. inputs.Select(TensorFactory.FromTensorData)];
        try
        {
            var outputs = Run(given, observer, OutputNames);
            try
            {
                return [.. outputs.Select(Fetched)];
            }
            finally
            {
                outputs.DisposeAll();
            }
        }
        finally
        {
            given.DisposeAll();
        }
    }

    /// <summary>Runs a batch in managed memory, of a network with one input, and returns its first output.</summary>
    /// <param name="input">The elements, row-major.</param>
    /// <param name="shape">Its shape, as <see cref="InputShape"/>.</param>
    /// <returns>Row-major, of <see cref="OutputShape"/>.</returns>
    /// <exception cref="KernelException">The input is not of that shape, or libtorch fails.</exception>
    public float[] Run(ReadOnlySpan<float> input, long[] shape) => Run([TensorData.FromFloats(shape, input)])[0];

    /// <summary>Runs a batch and brings the first output to managed memory, which waits for the device.</summary>
    /// <param name="inputs">As for <see cref="Run(IReadOnlyList{Tensor})"/>.</param>
    /// <returns>Row-major, of <see cref="OutputShape"/>.</returns>
    /// <exception cref="KernelException">The inputs are not of these types and shapes, or libtorch fails.</exception>
    public float[] Fetch(IReadOnlyList<Tensor> inputs)
    {
        using var output = Run(inputs, null, [_graph.Output.Name])[0];
        return Fetched(output);
    }

    /// <summary>Places a batch where the model reads it fastest; the caller disposes of it.</summary>
    /// <param name="inputs">In the order and form of <see cref="Inputs"/>.</param>
    public IReadOnlyList<Tensor> Place(IReadOnlyList<TensorData> inputs)
    {
        using var scope = NewDisposeScope();
        return [.. inputs.Select(input => Placed(TensorFactory.FromTensorData(input)).MoveToOuterDisposeScope())];
    }

    /// <summary>Times the model's nodes, each alone: the device is synchronized after each.</summary>
    /// <param name="inputs">In the order and form of <see cref="Inputs"/>.</param>
    /// <param name="warmUp">Uncounted runs before.</param>
    /// <param name="runs">Counted runs, at most.</param>
    /// <param name="cap">After this time no run starts, except the first counted one.</param>
    /// <returns>One entry per node, in execution order: its median and its name, or the name of its output if it has none.</returns>
    public IReadOnlyList<OrtNodeTime> Profile(
        IReadOnlyList<TensorData> inputs, int warmUp, int runs, TimeSpan cap, CancellationToken cancellation)
    {
        var given = Place(inputs);
        try
        {
            GraphNode[] nodes = [.. _program.Nodes];
            List<double>[] samples = [.. nodes.Select(_ => new List<double>(runs))];
            long began = Stopwatch.GetTimestamp();
            for (int run = 0; run < warmUp + runs && (run <= warmUp || Stopwatch.GetElapsedTime(began) < cap); run++)
            {
                cancellation.ThrowIfCancellationRequested();
                ProfileOnce(given, nodes, run < warmUp ? null : samples);
            }

            return [.. nodes.Select((node, i) => new OrtNodeTime(node.Name, node.OpType, i, Median(samples[i]), samples[i].Count))];
        }
        finally
        {
            given.DisposeAll();
        }
    }

    /// <summary>Frees the model's tensors; no run may be in progress.</summary>
    public void Dispose()
    {
        _quantization?.Dispose();
        _builder.Dispose();
    }

    /// <param name="observer">Receives each quantized tensor.</param>
    /// <inheritdoc cref="Run(Tensor)"/>
    internal Tensor Run(Tensor input, IRunObserver? observer) => Run([input], observer, [_graph.Output.Name])[0];

    /// <exception cref="KernelException">The inputs are not of the network's types and shapes.</exception>
    private void RequireInputs(IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count != _graph.Inputs.Count)
        {
            throw new KernelException(
                $"{inputs.Count} inputs were given; the network takes {_graph.Inputs.Count}: "
                + $"{string.Join(", ", _graph.Inputs.Select(input => input.Name))}.");
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            RequireInput(inputs[i], _graph.Inputs[i]);
        }
    }

    private Tensor[] Run(IReadOnlyList<Tensor> inputs, IRunObserver? observer, IReadOnlyList<string> outputs)
    {
        RequireInputs(inputs);
        Tensor[] taken = [];
        Run(inputs.Select(Placed), live =>
        {
            _program.Run(live, observer);
            taken = [.. outputs.Select(live.Take)];
        });
        return taken;
    }

    // The run takes over the inputs.
    private void Run(IEnumerable<Tensor> inputs, Action<LiveTensors> run)
    {
        using var inference = no_grad();
        using var switched = new Tf32Scope(_device, usesTf32: _program.HasIntegers);
        _device.Enter();
        using var live = new LiveTensors();
        foreach (var (input, tensor) in _graph.Inputs.Zip(inputs))
        {
            live.Set(input.Name, tensor);
        }

        run(live);
    }

    private static float[] Fetched(Tensor output)
    {
        using var host = output.to(ScalarType.Float32, CPU);
        return TensorFactory.ToFloats(host);
    }

    private static double Median(List<double> samples)
    {
        samples.Sort();
        return samples[samples.Count / 2];
    }

    private Tensor Placed(Tensor input)
    {
        using var here = input.to(_device.Torch);
        return here.shape.Length == 4 && here.dtype == ScalarType.Float32 ? TensorOps.ToChannelsLast(here) : here.alias();
    }

    private void ProfileOnce(IReadOnlyList<Tensor> inputs, GraphNode[] nodes, List<double>[]? samples) =>
        Run(inputs.Select(input => input.alias()), live =>
        {
            long before = Stopwatch.GetTimestamp();
            _program.Run(live, step =>
            {
                if (live.TryGet(nodes[step].Output, out var output))
                {
                    _device.WaitFor(output);
                }

                long now = Stopwatch.GetTimestamp();
                samples?[step].Add(Stopwatch.GetElapsedTime(before, now).TotalMicroseconds);
                before = now;
            });
        });

    private static void RequireInput(Tensor input, ValueInfo expected)
    {
        long[] shape = input.shape;
        var type = TensorFactory.TypeOf(expected.Type);
        bool fits = shape.Length == expected.Shape.Count
            && shape.Zip(expected.Shape).All(pair => pair.Second < 0 || pair.First == pair.Second);
        if (input.dtype != type || !fits || shape is [< 1, ..])
        {
            throw new KernelException(
                $"An input of {input.dtype} and shape [{string.Join(',', shape)}] was given; the network takes {type} of shape "
                + $"[{string.Join(',', expected.Shape)}], -1 standing for any size.");
        }
    }
}
