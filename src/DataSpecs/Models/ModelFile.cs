namespace Cluster.DataSpecs.Models;

/// <summary>
/// Reads the file of a model, with the data that it keeps in other files of its folder (ONNX's external data).
/// </summary>
public static class ModelFile
{
    /// <summary>The largest model, with all its data: what an array, and a message of protobuf, can hold.</summary>
    public static long MostBytes => Array.MaxLength;

    /// <summary>
    /// The model as one file that holds everything: its own bytes, unchanged, where its data are not elsewhere. A file
    /// that is no model, or a damaged one, comes back as it is.
    /// </summary>
    /// <param name="path">The model. Other files are looked for in its folder and below, and nowhere else.</param>
    /// <exception cref="DataSpecException">A file cannot be read, is too short, too large or outside of the folder, or
    /// the model says of it what cannot be.</exception>
    public static byte[] Read(string path)
    {
        byte[] model = Own(path);
        var whole = new SelfContained(model, path);
        if (whole.Tensors.Count == 0)
        {
            return model;
        }

        if (whole.Bytes > MostBytes)
        {
            throw new DataSpecException(
                $"The model '{path}' has {whole.Bytes} bytes with the data that it keeps in other files; expected at most {MostBytes}: "
                + "give a smaller network.");
        }

        using var folder = new ModelFolder(path);
        foreach (var tensor in whole.Tensors)
        {
            folder.Require(tensor);
        }

        return whole.Write(folder);
    }

    private static byte[] Own(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DataSpecException(
                $"The model '{path}' cannot be read ({failure.Message.TrimEnd('.')}); expected the path of an ONNX file of at most 2 GB.",
                failure);
        }
    }
}
