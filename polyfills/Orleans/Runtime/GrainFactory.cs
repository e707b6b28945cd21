using System.Globalization;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>References to the grains of one silo.</summary>
internal sealed class GrainFactory(IServiceProvider services, GrainCalls calls) : IClusterClient
{
    public IServiceProvider ServiceProvider => services;

    public GrainCalls Calls => calls;

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey =>
        Get<TGrainInterface>(primaryKey.ToString("N"), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        Get<TGrainInterface>(primaryKey.ToString("X", CultureInfo.InvariantCulture), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        Get<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey =>
        Get<TGrainInterface>($"{primaryKey:N}+{Extension(keyExtension)}", grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey =>
        Get<TGrainInterface>($"{primaryKey:X}+{Extension(keyExtension)}", grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable =>
        (TGrainInterface)(object)Reference(grainId, typeof(TGrainInterface));

    public GrainReference Reference(GrainId id, Type face)
    {
        var proxy = (GrainReference)DispatchProxy.Create(face, typeof(GrainProxy));
        proxy.Bind(this, id, face);
        return proxy;
    }

    private static string Extension(string keyExtension)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(keyExtension);
        return keyExtension;
    }

    private T Get<T>(string key, string? prefix) =>
        (T)(object)Reference(GrainId.Create(calls.Silo.Catalog.Implementing(typeof(T), prefix).GrainType, key), typeof(T));
}
