namespace Cluster.Reporting.Models;

/// <summary>The errors of a quantized network, layer by layer; its JSON form is `errors --json`.</summary>
/// <param name="Model">Path of the FP32 network.</param>
/// <param name="Plan">Path of the plan; null if every group was quantized with <paramref name="Method"/>.</param>
/// <param name="Method">Calibrator of every group; null with a plan.</param>
/// <param name="Images">Number of compared images.</param>
/// <param name="Groups">In the order of execution.</param>
/// <param name="Seconds">Wall time including reading and calibrating.</param>
public sealed record ErrorAnalysis(
    string Model, string? Plan, string? Method, int Images, IReadOnlyList<LayerErrors> Groups, double Seconds);

/// <summary>The errors, relative to FP32, of what a group hands on to later groups or out of the network.</summary>
/// <param name="Index">The group's number in `inspect`, from 0.</param>
/// <param name="Group">Its name.</param>
/// <param name="Operators">Of its nodes, in order.</param>
/// <param name="Format">Its format: "FP32", "INT8", "W4A8".</param>
/// <param name="Local">With only this group quantized and FP32 inputs; null if it stays in FP32.</param>
/// <param name="Accumulated">With all groups quantized as planned; null if it hands on no float32.</param>
/// <param name="WorstChannelDb">
/// Of the channel that keeps least then, dB: a part can be lost that the sum does not show; null without loss.
/// </param>
public sealed record LayerErrors(
    int Index,
    string Group,
    IReadOnlyList<string> Operators,
    string Format,
    ErrorFigures? Local,
    ErrorFigures? Accumulated,
    double? WorstChannelDb = null);

/// <summary>A tensor q compared with its exact value a, over n elements of all images.</summary>
/// <param name="Mse">Σ(a − q)² / n</param>
/// <param name="Mae">Σ|a − q| / n</param>
/// <param name="Cosine">Σaq / (‖a‖ ‖q‖); null if one of them is all zeros.</param>
/// <param name="SqnrDb">10 log10(Σa² / Σ(a − q)²), dB; null without error or without signal.</param>
public sealed record ErrorFigures(double Mse, double Mae, double? Cosine, double? SqnrDb);
