namespace Cluster.Kernels.Evaluation.Errors;

/// <summary>How far a tensor q is from what it should be, a.</summary>
/// <param name="Mse">Mean squared error, Σ(a − q)² / n, in squared units of the tensor.</param>
/// <param name="Mae">Mean absolute error, Σ|a − q| / n, in units of the tensor.</param>
/// <param name="Cosine">Σaq / (‖a‖ ‖q‖), −1 to 1; null where one of the two is all zeros and has no direction.</param>
/// <param name="SqnrDb">10 log10(Σa² / Σ(a − q)²), dB; null where there is no error, or no signal.</param>
public sealed record TensorErrors(double Mse, double Mae, double? Cosine, double? SqnrDb);
