using Cluster.Kernels;
using Cluster.Kernels.Weights;
using Cluster.Terminal;

namespace Cluster.Evaluation.SingleSteps.Weights;

/// <summary>What a user asked `quantize-weights` to do, as typed.</summary>
public sealed record WeightsRequest
{
    /// <summary>Path of the FP32 ONNX file.</summary>
    public required string Model { get; init; }

    /// <summary>Path of the file to write.</summary>
    public required string Output { get; init; }

    /// <summary>Of a code: 4 or 8.</summary>
    public required int Bits { get; init; }

    /// <summary>Weights that share a scale.</summary>
    public required int Block { get; init; }

    /// <summary>How weights are rounded.</summary>
    public required WeightRounding Rounding { get; init; }

    /// <summary>Null: what the runtime is fast with, <see cref="ActivationRounding.Int8"/> at 8 bits.</summary>
    public ActivationRounding? Activations { get; init; }

    /// <summary>Calibration data, for GPTQ.</summary>
    public string? Data { get; init; }

    /// <summary>Labelled data that both files are measured on; null: nothing is measured.</summary>
    public string? Evaluation { get; init; }

    /// <summary>Path of the preprocessing; null: the one beside the model.</summary>
    public string? Preprocess { get; init; }

    /// <summary>Samples of a timed run.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Threads of a timed run.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Bytes that the process should stay below; null: half of the machine's.</summary>
    public long? Memory { get; init; }

    /// <summary>Whether a file that exists is replaced.</summary>
    public bool Force { get; init; }

    internal BlockFormat Format => new(Bits, Block);

    internal ActivationRounding Rounded =>
        Activations ?? (Bits == 8 ? ActivationRounding.Int8 : ActivationRounding.None);

    /// <summary>What is wrong with it, before any work.</summary>
    /// <exception cref="UsageException">Options do not go together, or the output is no new file.</exception>
    public void Validate()
    {
        try
        {
            _ = Format;
        }
        catch (KernelException impossible)
        {
            throw new UsageException($"{impossible.Message} Choose --bits and --block among these.");
        }

        if (Rounding == WeightRounding.Gptq && Data is null)
        {
            throw new UsageException("--rounding gptq adapts weights to calibration data; give some with --data, or choose nearest.");
        }

        if (Rounding == WeightRounding.Nearest && Data is not null)
        {
            throw new UsageException("--data is for --rounding gptq only; leave it out, or choose gptq.");
        }

        OutputPlace.RequireNewNetwork(Output, Model, "net.w4.onnx", Force);
    }
}
