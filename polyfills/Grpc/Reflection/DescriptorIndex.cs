using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Grpc.Server;

/// <summary>Services, and the files that describe them, by name.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);

    public DescriptorIndex(IEnumerable<ServiceDescriptor> services)
    {
        var all = services.Distinct().ToArray();
        Services = [.. all.Select(service => service.FullName)];
        foreach (var service in all)
        {
            Add(service.File);
        }
    }

    public IReadOnlyList<string> Services { get; }

    /// <summary>A file with everything that it imports, or null where there is none of this name.</summary>
    public IEnumerable<ByteString>? File(string name) => Closure(_files.GetValueOrDefault(name));

    /// <summary>The file that defines a service, method, message, field or enum, or null.</summary>
    public IEnumerable<ByteString>? FileOf(string symbol) => Closure(_symbols.GetValueOrDefault(symbol));

    private static IEnumerable<ByteString>? Closure(FileDescriptor? file)
    {
        if (file is null)
        {
            return null;
        }

        var files = new List<FileDescriptor> { file };
        for (int i = 0; i < files.Count; i++)
        {
            files.AddRange(files[i].Dependencies.Except(files));
        }

        return files.Select(each => each.SerializedData);
    }

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var symbol in file.Services.SelectMany(service => service.Methods.Prepend<IDescriptor>(service))
            .Concat(file.EnumTypes)
            .Concat(file.MessageTypes.SelectMany(SymbolsOf)))
        {
            _symbols[symbol.FullName] = file;
        }

        foreach (var dependency in file.Dependencies)
        {
            Add(dependency);
        }
    }

    private static IEnumerable<IDescriptor> SymbolsOf(MessageDescriptor message) =>
        message.Fields.InDeclarationOrder().Cast<IDescriptor>().Prepend(message).Concat(message.EnumTypes)
            .Concat(message.NestedTypes.SelectMany(SymbolsOf));
}
