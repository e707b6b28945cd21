namespace Cluster.DataSpecs.Models;

/// <summary>The path of a network with its data beside it. A temporary one is deleted when this is disposed of.</summary>
public sealed class ModelPlace : IDisposable
{
    private readonly DirectoryInfo? _temporary;

    internal ModelPlace(string path, DirectoryInfo? temporary) => (Path, _temporary) = (path, temporary);

    /// <summary>The model.</summary>
    public string Path { get; }

    /// <summary>Deletes what is temporary; a runtime that has mapped the data keeps them.</summary>
    public void Dispose() => _temporary?.Delete(recursive: true);

    internal static ModelPlace Temporary(ModelFile file)
    {
        var folder = Directory.CreateTempSubdirectory("cluster-model-");
        var place = new ModelPlace(System.IO.Path.Combine(folder.FullName, "model.onnx"), folder);
        try
        {
            file.WriteTo(place.Path, (path, write) =>
            {
                using var to = File.Create(path);
                write(to);
            });
            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }
}
