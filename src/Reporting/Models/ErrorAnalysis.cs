namespace Cluster.Reporting.Models;

/// <summary>The errors of a quantized network, layer by layer; its JSON form is `errors --json`.</summary>
/// <param name="Model">Path of the FP32 network.</param>
/// <param name="Plan">Path of the plan; null where every group was quantized by <paramref name="Method"/>.</param>
/// <param name="Method">Calibrator of every group; null with a plan.</param>
/// <param name="Images">Images that were compared on.</param>
/// <param name="Groups">In the order of execution.</param>
/// <param name="Seconds">With reading and calibrating.</param>
public sealed record ErrorAnalysis(
    string Model, string? Plan, string? Method, int Images, IReadOnlyList<LayerErrors> Groups, double Seconds);

/// <summary>The errors of what a group hands on to later groups, or out of the network, from FP32.</summary>
/// <param name="Index">As `inspect` numbers groups, from 0.</param>
/// <param name="Group">Its name.</param>
/// <param name="Operators">Of its nodes, in order.</param>
/// <param name="Format">What it computes in: "FP32", "INT8", "W4A8".</param>
/// <param name="Local">Only this group quantized, its inputs as FP32 has them; null where it stays in FP32.</param>
/// <param name="Accumulated">All groups quantized as planned; null where it hands on no float32.</param>
public sealed record LayerErrors(
    int Index, string Group, IReadOnlyList<string> Operators, string Format, ErrorFigures? Local, ErrorFigures? Accumulated);

/// <summary>A tensor q beside what it should be, a, over n elements of all images.</summary>
/// <param name="Mse">Σ(a − q)² / n</param>
/// <param name="Mae">Σ|a − q| / n</param>
/// <param name="Cosine">Σaq / (‖a‖ ‖q‖); null where one of them is all zeros.</param>
/// <param name="SqnrDb">10 log10(Σa² / Σ(a − q)²), dB; null without error or without signal.</param>
public sealed record ErrorFigures(double Mse, double Mae, double? Cosine, double? SqnrDb);
