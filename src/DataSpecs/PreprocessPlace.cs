namespace Cluster.DataSpecs;

/// <summary>The default place of the preprocessing of a model's images.</summary>
public static class PreprocessPlace
{
    /// <summary><c>DIR/NAME.onnx</c>: <c>DIR/NAME.preprocess.json</c>.</summary>
    public static string Beside(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        const string Extension = ".onnx";
        string stem = model.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? model[..^Extension.Length] : model;
        return $"{stem}.preprocess.json";
    }
}
