using Cluster.Kernels;
using Cluster.Kernels.Quantization.Blocks;
using Cluster.Kernels.Weights;
using Cluster.Terminal;

namespace Cluster.Evaluation.SingleSteps.Weights;

/// <summary>A user's request for `quantize-weights`, as typed.</summary>
public sealed record WeightsRequest
{
    /// <summary>Path of the FP32 ONNX file.</summary>
    public required string Model { get; init; }

    /// <summary>Path of the file to write.</summary>
    public required string Output { get; init; }

    /// <summary>Bits of a code: 4 or 8.</summary>
    public required int Bits { get; init; }

    /// <summary>Weights that share a scale.</summary>
    public required int Block { get; init; }

    /// <summary>How weights are rounded.</summary>
    public required WeightRounding Rounding { get; init; }

    /// <summary>Null: the runtime's fast choice, <see cref="ActivationRounding.Int8"/> at 8 bits.</summary>
    public ActivationRounding? Activations { get; init; }

    /// <summary>Calibration data, for GPTQ.</summary>
    public string? Data { get; init; }

    /// <summary>Labelled data for measuring both files; null: nothing is measured.</summary>
    public string? Evaluation { get; init; }

    /// <summary>Path of the preprocessing; null: the one next to the model.</summary>
    public string? Preprocess { get; init; }

    /// <summary>Samples per timed run.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Threads of a timed run.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Bytes that the process should stay below; null: half of the machine's.</summary>
    public long? Memory { get; init; }

    /// <summary>Whether an existing file is replaced.</summary>
    public bool Force { get; init; }

    internal BlockFormat Format => new(Bits, Block);

    internal ActivationRounding Rounded =>
        Activations ?? (Bits == 8 ? ActivationRounding.Int8 : ActivationRounding.None);

    /// <summary>Checks the request before any work.</summary>
    /// <exception cref="UsageException">Options contradict each other, or the output is not a new file.</exception>
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

/// <summary>How `quantize-weights` rounds.</summary>
public enum WeightRounding
{
    /// <summary>Each weight to the nearest code.</summary>
    Nearest,

    /// <summary>One weight after another, with the others compensating for the error (Frantar et al.).</summary>
    Gptq,
}
