using Cluster.Kernels.Execution.Recording;
using Cluster.Kernels.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Files;

/// <summary>
/// A loaded model whose runs a CUDA device repeats as a whole (CUDA graphs): the processor queues one thing a batch in place of each
/// kernel. A run is recorded for each shape of the inputs when it first comes, at the cost of two runs more and of memory for all that the
/// run computes; the shapes of the last calls are kept. Where nothing can be recorded runs are the model's own. Results are those of
/// <see cref="QuantizedModel.Run(Tensor)"/>. Thread-safe.
/// </summary>
public sealed class RecordedModel : IDisposable
{
    /// <summary>Shapes whose recordings are kept.</summary>
    public const int MostShapes = 4;

    private readonly Lock _gate = new();
    private readonly QuantizedModel _model;
    private readonly IDeviceRecorder? _recorder;
    private readonly LinkedList<Recorded> _recordings = new(); // the last used first

    internal RecordedModel(QuantizedModel model, IDeviceRecorder? recorder)
    {
        _model = model;
        _recorder = recorder;
        Refusal = recorder is null ? $"The device {model.Device} records no runs." : null;
    }

    /// <summary>Why runs are not recorded, in one sentence; null: they are, or none has come yet.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Recordings that are kept.</summary>
    internal int Count => _recordings.Count;

    /// <summary>Runs a batch of a network of one input, for its first output.</summary>
    /// <inheritdoc cref="QuantizedModel.Run(Tensor)"/>
    public Tensor Run(Tensor input)
    {
        var outputs = Run([input]);
        for (int i = 1; i < outputs.Count; i++)
        {
            outputs[i].Dispose();
        }

        return outputs[0];
    }

    /// <summary>Runs a batch of a network of several inputs or outputs.</summary>
    /// <inheritdoc cref="QuantizedModel.Run(IReadOnlyList{Tensor})"/>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        _model.RequireInputs(inputs);
        lock (_gate)
        {
#pragma warning disable CA2000 // This owns its recordings.
            if (Of(inputs) is not { } recorded)
#pragma warning restore CA2000
            {
                return _model.Run(inputs);
            }

            using var inference = no_grad();
            for (int i = 0; i < inputs.Count; i++)
            {
                using var alias = Aten.Call("aten::copy_", recorded.Inputs[i], inputs[i]);
            }

            recorded.Work.Replay();

            // Queued behind this replay and before the next.
            return [.. recorded.Work.Results.Select(result => Aten.Call("aten::clone", result))];
        }
    }

    /// <summary>Frees the recordings; the model stays. No run may be under way.</summary>
    public void Dispose()
    {
        while (_recordings.Last is { } last)
        {
            last.Value.Dispose();
            _recordings.RemoveLast();
        }
    }

    private Recorded? Of(IReadOnlyList<Tensor> inputs)
    {
        if (_recorder is null || Refusal is not null)
        {
            return null;
        }

        string shapes = string.Join(';', inputs.Select(input => string.Join(',', input.shape)));
        var known = _recordings.FirstOrDefault(recorded => recorded.Shapes == shapes);
        if (known is not null)
        {
            _recordings.Remove(known);
        }
        else
        {
            // Before: the new one needs memory as well.
            while (_recordings.Count >= MostShapes && _recordings.Last is { } oldest)
            {
                oldest.Value.Dispose();
                _recordings.RemoveLast();
            }

            known = Record(_recorder, shapes, inputs);
        }

        if (known is not null)
        {
            _recordings.AddFirst(known);
        }

        return known;
    }

    private Recorded? Record(IDeviceRecorder recorder, string shapes, IReadOnlyList<Tensor> inputs)
    {
        var own = _model.PlaceCopies(inputs);
        try
        {
            return new Recorded(shapes, own, recorder.Record(() => _model.Run(own)));
        }
        catch (Exception failure)
        {
            Recorded.Dispose(own);
            if (failure is not RecordingRefusedException)
            {
                throw;
            }

            Refusal = failure.Message;
            return null;
        }
    }

    private sealed record Recorded(string Shapes, IReadOnlyList<Tensor> Inputs, IRecordedWork Work) : IDisposable
    {
        public static void Dispose(IEnumerable<Tensor> tensors)
        {
            foreach (var tensor in tensors)
            {
                tensor.Dispose();
            }
        }

        public void Dispose()
        {
            Work.Dispose();
            Dispose(Inputs);
        }
    }
}
