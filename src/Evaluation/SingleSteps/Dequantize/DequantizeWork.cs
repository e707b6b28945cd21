using Cluster.Networks.Graphs.Passes.Forms;

namespace Cluster.Evaluation.SingleSteps.Dequantize;

/// <summary>Writes the FP32 network that a quantized file stands for, to be quantized anew.</summary>
public sealed class DequantizeWork(DequantizeRequest request, Action<string> say)
{
    /// <summary>Runs the whole command.</summary>
    /// <exception cref="KernelException">The model cannot be used, is not quantized, or in a form that is not known here.</exception>
    public DequantizeReport Run()
    {
        OutputPlace.PrepareFile(request.Output, say);
        if (!File.Exists(request.Model))
        {
            throw new NotFoundException($"There is no model file {request.Model}: give the path of a quantized ONNX network.");
        }

        var file = OnnxReader.Read(request.Model);
        string found = WeightOnlyNodes.Quantized(file) ?? throw new KernelException(
            $"{request.Model} is not quantized, so nothing was written; use it as it is.");
        var written = OnnxWriter.Write(Dequantization.Apply(file));
        QuantizeOutput.CopyPreprocess(request.Model, request.Output, request.Force);
        return new DequantizeReport(request.Model, QuantizeOutput.Write(request.Output, written, say), found);
    }
}

/// <summary>A user's request for `dequantize`, as typed.</summary>
/// <param name="Model">Path of the quantized ONNX file; the preprocessing next to it is copied next to the output too.</param>
/// <param name="Output">Path of the file to write.</param>
/// <param name="Force">Whether an existing file is replaced.</param>
public sealed record DequantizeRequest(string Model, string Output, bool Force)
{
    /// <summary>Checks the request before any work.</summary>
    /// <exception cref="UsageException">The output is not a new file.</exception>
    public void Validate() => OutputPlace.RequireNewNetwork(Output, Model, "net.fp32.onnx", Force);
}

/// <summary>The result of `dequantize`; its JSON form is the command's `--json`.</summary>
/// <param name="Removed">The nodes that computed with codes, such as "12 QuantizeLinear and 30 DequantizeLinear nodes".</param>
public sealed record DequantizeReport(string Model, QuantizeOutput Output, string Removed);
