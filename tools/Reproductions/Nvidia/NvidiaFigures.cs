using Cluster.Evaluation.SingleSteps.Quantize;

namespace Cluster.Reproductions.Nvidia;

/// <summary>What came of the text's choice here; its JSON form is the command's `--json`.</summary>
/// <param name="Blocks">Blocks of the trained network that became one convolution each.</param>
/// <param name="Difference">What that changed of the outputs at most, in the largest of them.</param>
/// <param name="Float32">The network that is deployed, in FP32.</param>
/// <param name="Rungs">In the text's order.</param>
/// <param name="Modules">The text's list, with what the network has of it.</param>
/// <param name="CacheTensors">Tensors whose scales the calibration cache holds.</param>
/// <param name="CacheGivesSameFile">Whether the network quantized from the cache alone has the bytes of the one that wrote it.</param>
/// <param name="Seconds">All of it.</param>
public sealed record NvidiaFigures(
    int Blocks,
    double Difference,
    MeasuredAccuracy Float32,
    IReadOnlyList<NvidiaRung> Rungs,
    IReadOnlyList<NvidiaModule> Modules,
    int CacheTensors,
    bool CacheGivesSameFile,
    double Seconds);

/// <summary>A step of PTQ, partial PTQ, QAT.</summary>
/// <param name="Kept">Groups left in FP32, the most sensitive first.</param>
/// <param name="Accuracy">Of the file for ONNX Runtime.</param>
/// <param name="TensorRtCorrect">Correct images of the file for TensorRT, run in ONNX Runtime; null where there is none.</param>
public sealed record NvidiaRung(string Name, IReadOnlyList<string> Kept, MeasuredAccuracy Accuracy, int? TensorRtCorrect);

/// <summary>A family of NVIDIA's quantized modules.</summary>
/// <param name="Name">As in the text, for all dimensions.</param>
/// <param name="Operator">Its ONNX operator.</param>
/// <param name="Nodes">Of the network.</param>
/// <param name="Quantized">Of them, those that read a quantized tensor in TensorRT's placement.</param>
public sealed record NvidiaModule(string Name, string Operator, int Nodes, int Quantized);
