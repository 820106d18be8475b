"""Build `fasthtml_nb`; everything that is said about the package stands in settings.ini."""

from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
STATUS = {"1": "1 - Planning", "2": "2 - Pre-Alpha", "3": "3 - Alpha", "4": "4 - Beta"}

parser = ConfigParser(interpolation=None)
parser.read(ROOT / "settings.ini", encoding="utf-8")
settings = parser["DEFAULT"]
readme = ROOT / "README.md"


def lines(key: str) -> list[str]:
    return [line.strip() for line in settings.get(key, "").splitlines() if line.strip()]


setup(
    name=settings["lib_name"],
    version=settings["version"],
    description=settings["description"],
    long_description=readme.read_text(encoding="utf-8") if readme.exists() else "",
    long_description_content_type="text/markdown",
    author=settings["author"],
    author_email=settings["author_email"],
    keywords=settings["keywords"].split(),
    license_expression="Apache-2.0",
    license_files=["LICENSE"],
    classifiers=[
        f"Development Status :: {STATUS[settings['status']]}",
        "Framework :: Jupyter",
        "Intended Audience :: Developers",
        "Programming Language :: Python :: 3",
        "Topic :: Internet :: WWW/HTTP",
        "Typing :: Typed",
    ],
    python_requires=f">={settings['min_python']}",
    install_requires=lines("requirements"),
    extras_require={
        key.removesuffix("_requirements"): lines(key)
        for key in settings
        if key.endswith("_requirements")
    },
    packages=find_packages(include=["fasthtml_nb", "fasthtml_nb.*"]),
    package_data={"fasthtml_nb": ["py.typed", "**/*.pyi", "**/*.json", "*/js/*", "_assets/**/*"]},
    entry_points={
        "console_scripts": lines("console_scripts"),
        "pytest11": lines("pytest_plugins"),
    },
    zip_safe=False,
)
