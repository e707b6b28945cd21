namespace Cluster.DataSpecs.Models;

/// <summary>Reads a model's file, including its data in other files of its folder (ONNX's external data).</summary>
public static class ModelFile
{
    /// <summary>The largest model, with all its data: the limit of an array, and of a protobuf message.</summary>
    public static long MostBytes => Array.MaxLength;

    /// <summary>
    /// The model as one complete file: its own bytes, unchanged, if it has no external data. A file that is not a model, or damaged, is
    /// returned unchanged.
    /// </summary>
    /// <param name="path">The model. Other files are only looked for in its folder and below.</param>
    /// <exception cref="DataSpecException">A file cannot be read, is too short, too large or outside the folder, or the model's statements
    /// about it are impossible.</exception>
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
