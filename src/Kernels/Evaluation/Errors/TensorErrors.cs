namespace Cluster.Kernels.Evaluation.Errors;

/// <summary>The distance of a tensor q from its exact value a.</summary>
/// <param name="Mse">Mean squared error, Σ(a − q)² / n, in squared units of the tensor.</param>
/// <param name="Mae">Mean absolute error, Σ|a − q| / n, in units of the tensor.</param>
/// <param name="Cosine">Σaq / (‖a‖ ‖q‖), −1 to 1; null if one of the two is all zeros and has no direction.</param>
/// <param name="SqnrDb">10 log10(Σa² / Σ(a − q)²), dB; null if there is no error, or no signal.</param>
public sealed record TensorErrors(double Mse, double Mae, double? Cosine, double? SqnrDb);
