using System.CommandLine;
using Cluster.Cli.Options;
using Cluster.Cli.Views;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.SingleSteps.Weights;
using Cluster.Kernels.Quantization.Blocks;
using Cluster.Kernels.Weights;
using Cluster.Terminal;
using Cluster.Terminal.Options;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster quantize-weights`: weights of products in 4 or 8 bits, block by block, and nothing else.</summary>
internal static class QuantizeWeightsCommand
{
    private static readonly Dictionary<string, WeightRounding> Roundings = new(StringComparer.Ordinal)
    {
        ["gptq"] = WeightRounding.Gptq,
        ["nearest"] = WeightRounding.Nearest,
    };

    private static readonly Dictionary<string, ActivationRounding> Activations = new(StringComparer.Ordinal)
    {
        ["float32"] = ActivationRounding.None,
        ["int8"] = ActivationRounding.Int8,
    };

    public static Command Create()
    {
        var model = CommonOptions.Model();
        var bits = NumberOptions.Positive("--bits", "bits of a weight: 4 or 8", 4);
        var block = NumberOptions.Positive("--block", "inputs of an output that share a scale: 16, 32, 64, 128 or 256", 32);
        var rounding = CommonOptions.Choice(
            "--rounding", "how weights are rounded (default: gptq with --data, else nearest)", Roundings);
        var activations = CommonOptions.Choice(
            "--activations",
            "what weights are multiplied with in each run; int8 has a scale for each block of a row (default: float32 at 4 bits, int8 at "
            + "8 bits, which is what ONNX Runtime has fast kernels for)",
            Activations);
        var data = CommonOptions.Data(required: false, "calibration images or arrays that gptq adapts weights to; labels are ignored");
        var evaluation = CommonOptions.Evaluation("labelled samples that accuracy, KL divergence and latency are measured on, beside FP32");
        var preprocess = CommonOptions.Preprocess();
        var batch = NumberOptions.Of(JobLimits.Batch);
        var threads = NumberOptions.Of(JobLimits.Threads);
        var memory = CommonOptions.Memory();
        var json = CommonOptions.Json();
        var output = CommonOptions.Output("FILE.onnx", "quantized file, for ONNX Runtime", required: true);
        var force = CommonOptions.Force();
        var command = new Command("quantize-weights", CommandHelp.Describe(
            "Quantize the weights of products (MatMul by a constant, Gemm), LSTM, GRU and tables of Gather block by block, as ONNX "
            + "Runtime's MatMulNBits and GatherBlockQuantized. Other operators stay as they are and may be any of ONNX's own "
            + "without subgraphs. "
            + "Makes files smaller; transformers faster.",
            "quantize-weights --model bert.onnx -o bert.w4.onnx",
            "quantize-weights --model bert.onnx --data npz:sentences.npz@0..128 --eval npz:test.npz -o bert.w4.onnx",
            "quantize-weights --model bert.onnx --bits 8 --block 128 -o bert.w8.onnx"))
        {
            model, bits, block, rounding, activations, data, evaluation, preprocess, batch, threads, memory, json, output, force,
        };
        command.Reports(
            json,
            (parsed, say, cancellation) =>
            {
                var request = new WeightsRequest
                {
                    Model = parsed.GetValue(model)!,
                    Output = parsed.GetValue(output)!,
                    Bits = parsed.GetValue(bits),
                    Block = parsed.GetValue(block),
                    Rounding = parsed.GetValue(rounding)
                        ?? (parsed.GetValue(data) is null ? WeightRounding.Nearest : WeightRounding.Gptq),
                    Activations = parsed.GetValue(activations),
                    Data = parsed.GetValue(data),
                    Evaluation = parsed.GetValue(evaluation),
                    Preprocess = parsed.GetValue(preprocess),
                    Batch = parsed.GetValue(batch),
                    Threads = parsed.GetValue(threads),
                    Memory = parsed.GetValue(memory),
                    Force = parsed.GetValue(force),
                };
                request.Validate();
                return new WeightsWork(request, say).RunAsync(cancellation);
            },
            WeightsTables.Write);
        return command;
    }
}
